"""Where a URL with a secret in it is kept: settings say where it is, and never what it is."""

import re
from pathlib import Path

from pydantic import Field, field_validator, model_validator

from bulkreset.settings.fields import Section, WrittenPath, wrong

VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
EXAMPLE = "url_from: {env: SLACK_URL}"


class UrlFrom(Section):
    """The environment variable or the file that holds a URL. Read when the run begins, and kept nowhere."""

    env: str | None = Field(
        default=None, description="Environment variable that holds the URL.", examples=["SLACK_URL"]
    )
    file: WrittenPath | None = Field(
        default=None,
        description="File that holds the URL, readable by its owner alone, relative to this file.",
        examples=["/etc/bulkreset/slack.url"],
    )

    @model_validator(mode="before")
    @classmethod
    def _is_no_url(cls, written: object) -> object:
        # Whatever stands here may be the URL itself, so it is not repeated.
        if not isinstance(written, dict):
            raise wrong("must say where the URL is kept", f"write for example `{EXAMPLE}`")
        return written

    @field_validator("env", mode="before")
    @classmethod
    def _names_a_variable(cls, written: object) -> object:
        if written is not None and not (isinstance(written, str) and VARIABLE.fullmatch(written)):
            raise wrong("is not the name of an environment variable", f"write for example `{EXAMPLE}`")
        return written

    @field_validator("file", mode="before")
    @classmethod
    def _names_a_file(cls, written: object) -> object:
        if written is not None and not isinstance(written, Path) and "://" in str(written):
            raise wrong("is a URL, not a file that holds one", "write for example `file: slack.url`")
        return written

    @model_validator(mode="after")
    def _one_place(self) -> "UrlFrom":
        if (self.env is None) == (self.file is None):
            raise wrong("needs one of `env` and `file`", f"write for example `{EXAMPLE}`")
        return self

    def __str__(self) -> str:
        return f"variable {self.env}" if self.env else f"file {self.file}"
