"""What may be asked of one attribute of a user: to be a text, to begin with one, or to match a pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bulkreset.settings.fields import AlsoWritten, Section, wrong
from bulkreset.settings.words import as_written, nearest, shortened

STANDARD = (
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "identities",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "sub",
    "updated_at",
    "username",
    "website",
    "zoneinfo",
)
"""The attributes that every pool has, and the username, which Cognito filters by as if it were one."""

OWN_PREFIXES = ("custom:", "dev:")

WRITTEN_ABOVE = {
    "email_verified": "email_verified",
    "phone_number_verified": "phone_verified",
    "cognito:user_status": "status",
    "status": "status",
}
"""Names that Cognito has for what is a criterion by itself."""

EXAMPLE = "{custom:department: sales}"


class AttributeTest(Section):
    """A condition on the value of one attribute; an attribute that a user lacks is the empty text."""

    equals: str | None = Field(
        default=None, description="The whole value; empty for users without the attribute.", examples=["text"]
    )
    prefix: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="What the value begins with.", examples=["text"]
    )
    regex: Annotated[str, Field(min_length=1)] | None = Field(
        default=None,
        description="A Python regular expression that matches anywhere in the value.",
        examples=['"@example\\\\.com$"'],
    )

    @model_validator(mode="after")
    def _asks_one_thing(self) -> AttributeTest:
        asked = [name for name in ("equals", "prefix", "regex") if getattr(self, name) is not None]
        if len(asked) != 1:
            found = " and ".join(f"`{name}`" for name in asked) or "nothing"
            raise wrong(f"asks for {found}", "write one of `equals`, `prefix` or `regex`")
        if self.regex is not None:
            try:
                re.compile(self.regex)
            except re.error as error:
                raise wrong(
                    f"has no regular expression: {as_written(self.regex)} ({error})",
                    "put a backslash before a character that is meant literally",
                ) from None
        return self

    def __str__(self) -> str:
        if self.equals is not None:
            return f"is {self.equals!r}" if self.equals else "is absent"
        return f"begins with {self.prefix!r}" if self.prefix else f"matches {self.regex!r}"


def _from_text(written: object) -> object:
    match written:
        case str():
            return {"equals": written}
        case bool() | int() | float():
            raise wrong(f"must be text, not {as_written(written)}", f'put it in quotes: `"{written}"`')
        case _:
            return written


def _known_names(tests: Mapping[str, AttributeTest]) -> Mapping[str, AttributeTest]:
    for name in tests:
        if name in WRITTEN_ABOVE:
            key = WRITTEN_ABOVE[name]
            raise wrong(f"has `{name}`, which is a criterion by itself", f"write `{key}:` beside it")
        if name not in STANDARD and not name.startswith(OWN_PREFIXES):
            meant = nearest(name, STANDARD)
            advice = f"did you mean `{meant}`?" if meant else f"write `custom:{shortened(name)}` for your own"
            raise wrong(f"has an attribute that no pool has: `{shortened(name)}`", advice)
    return tests


AttributeTests = Annotated[
    Mapping[
        str,
        Annotated[AttributeTest, BeforeValidator(_from_text), AlsoWritten(({"type": "string"},))],
    ],
    AfterValidator(_known_names),
]
