"""The handout section: who gets to know the passwords that a job sets."""

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from bulkreset.secrets.age import is_recipient
from bulkreset.settings.fields import Section, wrong
from bulkreset.settings.names import Names
from bulkreset.settings.secrets_manager import SecretsManager

EXAMPLE = "handout: {recipients: [age1…]}"


def _recipients(names: tuple[str, ...]) -> tuple[str, ...]:
    for number, name in enumerate(names, start=1):
        if not is_recipient(name):
            # It may be the secret half of a key, so it is not repeated.
            raise wrong(
                f"has as number {number} what is no age recipient",
                "write what `bulkreset handout keygen` prints, which begins with `age1`",
            )
    return names


class Handout(Section):
    """Who gets to know the passwords that the job sets. Nobody else does."""

    recipients: Annotated[Names, AfterValidator(_recipients)] = Field(
        default=(),
        description=(
            "age recipients; each password is sealed to all of them before it is set, and any of them can "
            "open it."
        ),
        examples=["[age1…]"],
        json_schema_extra={"default": None},
    )
    secrets_manager: SecretsManager | None = Field(
        default=None,
        description=(
            "Instead of `recipients`: each password is stored in AWS Secrets Manager before it is set."
        ),
        examples=["{prefix: passwords/inc-4711}"],
    )
    discard: bool = Field(
        default=False,
        description=(
            "Forget permanent passwords at once: nobody knows them, and users recover by “forgot password”."
        ),
        examples=[True],
    )

    @model_validator(mode="after")
    def _one_way(self) -> "Handout":
        if [bool(self.recipients), self.secrets_manager is not None, self.discard].count(True) != 1:
            raise wrong(
                "needs one of `recipients`, `secrets_manager` and `discard: true`",
                f"write for example `{EXAMPLE}`; `bulkreset handout keygen` makes a recipient",
            )
        return self

    @property
    def reaches_somebody(self) -> bool:
        """Whether the passwords are kept for somebody."""
        return not self.discard
