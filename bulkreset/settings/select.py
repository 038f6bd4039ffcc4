"""The selection: which users of the pool a job is about, where no manifest lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from bulkreset.errors import InputError, Problem
from bulkreset.settings.attribute_tests import EXAMPLE as ATTRIBUTES_EXAMPLE, AttributeTests
from bulkreset.settings.deadline import Deadline as Moment
from bulkreset.settings.fields import EmptyMeansDefaults, Section, WrittenPlace, wrong
from bulkreset.settings.moments import MOMENT_EXAMPLE, moment_text
from bulkreset.settings.names import Names, kept_names, listed, one_or_more
from bulkreset.settings.words import advice_on_value, as_written
from bulkreset.users import UserStatus

STATUSES = tuple(status.value for status in UserStatus if status is not UserStatus.UNKNOWN)


def _known_statuses(statuses: tuple[str, ...]) -> tuple[str, ...]:
    for status in statuses:
        if status not in STATUSES:
            raise wrong(f"cannot be {as_written(status)}", advice_on_value(status, STATUSES))
    return statuses


Statuses = Annotated[
    tuple[str, ...],
    BeforeValidator(listed),
    AfterValidator(_known_statuses),
    PlainSerializer(kept_names),
    one_or_more({"type": "string", "enum": list(STATUSES)}),
]


class Select(Section):
    """Users of the pool of whom all of this is true."""

    group: Names = Field(
        default=(),
        description="Members of this group, or of any of several.",
        examples=["staff"],
        json_schema_extra={"default": None},
    )
    status: Statuses = Field(
        default=(),
        description="Users in this status, or in any of several.",
        examples=["[CONFIRMED, RESET_REQUIRED]"],
        json_schema_extra={"default": None},
    )
    enabled: bool | None = Field(default=None, description="Enabled or disabled users.", examples=[True])
    email_verified: bool | None = Field(
        default=None,
        description="Users whose e-mail address is verified; `false` for all others, also without address.",
        examples=[False],
    )
    phone_verified: bool | None = Field(
        default=None,
        description="Users whose phone number is verified; `false` for all others, also without number.",
        examples=[True],
    )
    created_before: Moment | None = Field(
        default=None, description="Users made before this moment.", examples=[MOMENT_EXAMPLE]
    )
    created_after: Moment | None = Field(
        default=None, description="Users made at this moment or later.", examples=[MOMENT_EXAMPLE]
    )
    modified_before: Moment | None = Field(
        default=None,
        description="Users last changed before this moment, such as that of the incident.",
        examples=[MOMENT_EXAMPLE],
    )
    modified_after: Moment | None = Field(
        default=None, description="Users last changed at this moment or later.", examples=[MOMENT_EXAMPLE]
    )
    attributes: Annotated[AttributeTests, EmptyMeansDefaults] = Field(
        default={},
        description=(
            "Attributes and what their values must be: a text, `{prefix: …}` or `{regex: …}`; `custom:` "
            "ones and `username` too."
        ),
        examples=[ATTRIBUTES_EXAMPLE],
    )
    not_in: WrittenPlace | None = Field(
        default=None,
        description="Users whom this other manifest does not list, relative to this file.",
        examples=["done-already.csv"],
    )
    everyone: bool = Field(
        default=False,
        description="Every user of the pool; needed where nothing else is asked.",
        examples=[True],
    )

    @model_validator(mode="after")
    def _asks_something(self) -> Select:
        if not self.is_limited and not self.everyone:
            raise wrong(
                "asks nothing, which would be the whole pool",
                "add for example `status: CONFIRMED`, or `everyone: true` if you mean all users",
            )
        if self.everyone and self.is_limited:
            raise wrong("says `everyone` and asks for more", "remove `everyone`, or what stands beside it")
        for event in ("created", "modified"):
            before, after = getattr(self, f"{event}_before"), getattr(self, f"{event}_after")
            if before is not None and after is not None and after >= before:
                raise wrong(
                    f"can hold nobody: `{event}_after` is not before `{event}_before`", "swap the two moments"
                )
        return self

    @property
    def is_limited(self) -> bool:
        """Whether anything is asked of a user."""
        return any(True for _ in self.told())

    def told(self) -> Iterator[str]:
        """What is asked, one thing after the other, for people."""
        if self.group:
            yield f"in group {' or '.join(self.group)}"
        if self.status:
            yield f"status {' or '.join(self.status)}"
        if self.enabled is not None:
            yield "enabled" if self.enabled else "disabled"
        for name, verified in (("e-mail", self.email_verified), ("phone", self.phone_verified)):
            if verified is not None:
                yield f"{name} {'verified' if verified else 'not verified'}"
        for name in ("created_before", "created_after", "modified_before", "modified_after"):
            if (moment := getattr(self, name)) is not None:
                yield f"{name.replace('_', ' ')} {moment_text(moment)}"
        for name, test in self.attributes.items():
            yield f"{name} {test}"
        if self.not_in is not None:
            yield f"not in {self.not_in}"

    def __str__(self) -> str:
        return ", ".join(self.told()) or "everyone"


def selection_of(asked: Mapping[str, object]) -> Select:
    """A selection from what a command line says. Raises InputError with everything wrong in it."""
    try:
        return Select.model_validate(asked)
    except ValidationError as error:
        raise InputError(_problem(found) for found in error.errors(include_url=False)) from None


def _problem(found: ErrorDetails) -> Problem:
    where = ".".join(map(str, found["loc"]))
    about = f"`{where}` of the selection" if where else "the selection"
    return Problem(f"{about} {found['msg']}", found.get("ctx", {}).get("advice", ""))
