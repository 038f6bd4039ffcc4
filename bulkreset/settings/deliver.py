"""The deliver section: a mail to each user with the password that was set, beside the sealed hand-out."""

import re
from email.utils import formataddr, unquote
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from bulkreset.settings.fields import OneLine, Section, WrittenPath, wrong
from bulkreset.settings.placeholders import placeholder_problem, placeholders

PLACEHOLDERS = ("username", "password")
EXAMPLE = "Your new password is {{ password }}"
ADDRESS = re.compile(r"^[^<>]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$")


def as_header(written: str) -> str:
    """An address with its name as SES takes them: a name in quotes where it needs them, and in ASCII.

    Source: SES API v2, SendEmail, FromEmailAddress: a name with other characters is a MIME encoded word
    (RFC 2047). SES refuses a name such as `Müller` or `Example, Inc.` as it stands.
    """
    name, bracket, address = written.rpartition("<")
    return formataddr((unquote(name.strip()), address.rstrip("> "))) if bracket else written


def text_problem(text: str) -> tuple[str, str] | None:
    """What is wrong with the text of a mail, and what to write instead; None where nothing is."""
    problem = placeholder_problem(text, PLACEHOLDERS, EXAMPLE)
    if problem:
        return problem
    if "password" not in placeholders(text):
        return "does not say the password", f"write for example `{EXAMPLE}`"
    return None


class Deliver(Section):
    """Who the mail comes from, and what it says."""

    by: Literal["ses"] = Field(description="The service that sends: Amazon SES.", examples=["ses"])
    sender: OneLine = Field(
        description="Address that mails come from; SES must have verified it, or its domain.",
        examples=["Example <no-reply@example.com>"],
    )
    subject: Annotated[OneLine, Field(min_length=1)] = Field(
        description="Subject of the mail.", examples=["Your new password"]
    )
    template: WrittenPath | None = Field(
        default=None,
        description="File with the text of the mail, in UTF-8, relative to this file; or else `text`.",
        examples=["mail.txt"],
    )
    text: str = Field(
        default="",
        description="Text of the mail, with {{ password }} and, if wanted, {{ username }} in it.",
        examples=['"Your new password is {{ password }}"'],
        max_length=100_000,
    )
    reply_to: OneLine | None = Field(
        default=None, description="Address that answers go to.", examples=["help@example.com"]
    )
    region: OneLine | None = Field(
        default=None, description="Region of SES; that of the pool if left out.", examples=["eu-west-1"]
    )
    configuration_set: OneLine | None = Field(
        default=None, description="Configuration set of SES that mails are sent with.", examples=["passwords"]
    )

    @property
    def address(self) -> str:
        """The sender's address without its name."""
        return self.sender.rpartition("<")[2].rstrip(">").strip()

    @field_validator("sender", "reply_to")
    @classmethod
    def _is_an_address(cls, written: str | None) -> str | None:
        if written is not None and ADDRESS.match(written) is None:
            raise wrong("is not an e-mail address", "write for example `Example <no-reply@example.com>`")
        if written is not None and not written.rpartition("<")[2].isascii():
            raise wrong("has an address that is not ASCII", "write its domain in Punycode (`xn--...`)")
        return written

    @model_validator(mode="after")
    def _one_text(self) -> "Deliver":
        if bool(self.text) and self.template is None:
            problem = text_problem(self.text)
            if problem:
                raise wrong(f"has a `text` that {problem[0]}", problem[1])
        elif not self.text and self.template is None:
            raise wrong("says nothing", f"add `text` or `template`, such as `text: {EXAMPLE}`")
        return self
