"""The failure threshold: how many rows may fail before a run stops by itself."""

from typing import Annotated

from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from bulkreset.settings.fields import AlsoWritten, Section, wrong
from bulkreset.settings.percentages import PERCENTAGE, PartOfWhole, percentage
from bulkreset.settings.words import as_written

SWITCHED_OFF = {"false", "none", "off", "no", "never", "unlimited"}


class MaxFailed(Section):
    """How many rows may fail: a part of those settled so far, or a number."""

    fraction: PartOfWhole | None = Field(
        default=None,
        description="Part of the rows settled so far that may fail; 1 lets all of them fail.",
        examples=["5%"],
    )
    minimum: Annotated[int, Field(ge=1)] = Field(
        default=50,
        description="Rows that must be settled before `fraction` says anything.",
        examples=[50],
    )
    count: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Rows that may fail, instead of `fraction`.", examples=[20]
    )
    strict: bool = Field(
        default=False,
        description=(
            "Call fewer rows at once the nearer the threshold is, so that it is overshot by one row at most; "
            "otherwise by what is under way when it is reached, at most `concurrency`."
        ),
        examples=[True],
    )

    @model_validator(mode="after")
    def _has_one_threshold(self) -> "MaxFailed":
        if self.fraction is None and self.count is None:
            raise wrong("says neither `fraction` nor `count`", "add for example `fraction: 5%`")
        if self.fraction is not None and self.count is not None:
            raise wrong("says both `fraction` and `count`", "keep one of the two")
        if self.fraction == 0:
            raise wrong(
                f"with `fraction: 0` lets {self.minimum} rows fail before it stops",
                "write `count: 0` to stop at the first failure",
            )
        if self.count is not None and "minimum" in self.model_fields_set:
            raise wrong("has a `minimum`, which only `fraction` heeds", "remove `minimum`")
        return self

    @model_serializer(mode="wrap")
    def _one_threshold(self, dump: SerializerFunctionWrapHandler) -> dict[str, object]:
        unused = {"fraction"} if self.fraction is None else {"count"}
        if self.fraction is None:
            unused.add("minimum")
        fields: dict[str, object] = dump(self)
        return {name: value for name, value in fields.items() if name not in unused}


DEFAULT = MaxFailed(fraction=0.05)


def _instead_of(written: str) -> str:
    if written.lower() in SWITCHED_OFF:
        return "write `max_failed: 100%` to let all rows fail"
    return "write for example `max_failed: 5%` or `max_failed: 20`"


def _from_shorthand(written: object) -> object:
    match written:
        case None:
            return DEFAULT
        case int() if not isinstance(written, bool):
            return {"count": written}
        case float() if 0 < written < 1:
            return {"fraction": written}
        case str() if (fraction := percentage(written)) is not None:
            return {"fraction": fraction}
        case bool() | float() | str():
            raise wrong(
                f"must be a percentage, a number of rows or a group, not {as_written(written)}",
                _instead_of(str(written)),
            )
        case _:
            return written


Threshold = Annotated[
    MaxFailed,
    BeforeValidator(_from_shorthand),
    AlsoWritten(
        (
            {"type": "integer", "minimum": 0},
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
            {"type": "string", "pattern": PERCENTAGE},
            {"type": "null"},
        )
    ),
]
