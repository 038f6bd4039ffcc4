"""The failure threshold: how many rows may fail before a run stops by itself."""

from collections.abc import Callable
from typing import Annotated

from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from bulkreset.settings.fields import AlsoWritten, Section, wrong
from bulkreset.settings.percentages import PERCENTAGE, PartOfWhole, percentage
from bulkreset.settings.words import as_written

SWITCHED_OFF = {"false", "none", "off", "no", "never", "unlimited"}


class RowThreshold(Section):
    """How many rows may end so that the run is not to go on: a part of those settled so far, or a number."""

    fraction: PartOfWhole | None = Field(
        default=None,
        description="Part of the rows settled so far; more of them stop the run. 1 lets all pass.",
        examples=["5%"],
    )
    minimum: Annotated[int, Field(ge=1)] = Field(
        default=50,
        description="Rows that must be settled before `fraction` says anything.",
        examples=[50],
    )
    count: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        description="Number of rows, instead of `fraction`; more of them stop the run.",
        examples=[20],
    )

    @model_validator(mode="after")
    def _has_one_threshold(self) -> "RowThreshold":
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


class MaxFailed(RowThreshold):
    """How many rows may fail."""

    strict: bool = Field(
        default=False,
        description=(
            "Call fewer rows at once the nearer the threshold is, so that it is overshot by one row at most; "
            "otherwise by what is under way when it is reached, at most `concurrency`."
        ),
        examples=[True],
    )


DEFAULT = MaxFailed(fraction=0.05)


def shorthand(key: str, usual: str, default: RowThreshold) -> Callable[[object], object]:
    """Reads the short forms of the threshold `key`. `usual` is a percentage for its advice."""

    def from_shorthand(written: object) -> object:
        match written:
            case None:
                return default
            case int() if not isinstance(written, bool):
                return {"count": written}
            case float() if 0 < written < 1:
                return {"fraction": written}
            case str() if (fraction := percentage(written)) is not None:
                return {"fraction": fraction}
            case bool() | float() | str():
                raise wrong(
                    f"must be a percentage, a number of rows or a group, not {as_written(written)}",
                    _instead_of(str(written), key, usual),
                )
            case _:
                return written

    return from_shorthand


def _instead_of(written: str, key: str, usual: str) -> str:
    if written.lower() in SWITCHED_OFF:
        return f"write `{key}: 100%` to let all rows {'fail' if key == 'max_failed' else 'drift'}"
    return f"write for example `{key}: {usual}` or `{key}: 20`"


SHORT_FORMS = AlsoWritten(
    (
        {"type": "integer", "minimum": 0},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        {"type": "string", "pattern": PERCENTAGE},
        {"type": "null"},
    )
)

Threshold = Annotated[MaxFailed, BeforeValidator(shorthand("max_failed", "5%", DEFAULT)), SHORT_FORMS]
