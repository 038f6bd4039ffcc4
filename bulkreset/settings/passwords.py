"""The passwords section: what passwords that are made look like."""

from typing import Annotated

from pydantic import Field, model_validator

from bulkreset.settings.fields import Section, wrong


class Passwords(Section):
    """What the passwords look like that the job sets. They conform to the pool's policy in any case."""

    length: Annotated[int, Field(ge=8, le=256)] | None = Field(
        default=None,
        description="Characters of a password; as many as a strong one takes if left out.",
        examples=[20],
    )
    words: Annotated[int, Field(ge=4, le=20)] | None = Field(
        default=None,
        description="Make passwords of so many words, to be read out and typed, instead of characters.",
        examples=[6],
    )

    @model_validator(mode="after")
    def _one_measure(self) -> "Passwords":
        if self.length is not None and self.words is not None:
            raise wrong("has both `length` and `words`", "leave one of them out")
        return self
