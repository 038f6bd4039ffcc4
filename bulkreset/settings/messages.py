"""Messages of a job: how many of the account's e-mails and SMS it may send, and over how many days."""

from typing import Annotated

from pydantic import Field

from bulkreset.settings.fields import Section
from bulkreset.settings.percentages import PartOfWhole


class Messages(Section):
    """How many messages a job may send a day."""

    spread: bool = Field(
        default=False,
        description=(
            "Whether a run that needs more messages than a day allows goes on over the following days; "
            "otherwise it is refused."
        ),
        examples=[True],
    )
    per_day: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="Most messages of each medium on one day; all that the account may send if left out.",
        examples=[5000],
    )
    leave: PartOfWhole = Field(
        default=0.0,
        description="Part of the account's messages of a day that is left to everybody else.",
        examples=["20%"],
    )
