"""The rehearsal section: whether what a job does to users has to be walked through by one of them first."""

from pydantic import Field

from bulkreset.settings.fields import Section
from bulkreset.settings.spans import LengthOrNone, Span

WEEK_SECONDS = 604_800.0


class Rehearsal(Section):
    """Whether one user has to walk through a job's consequences before it is applied."""

    required: bool = Field(
        default=False,
        description=(
            "Refuse to apply a plan whose users go a way that nobody rehearsed in this pool, on this machine."
        ),
        examples=[True],
    )
    max_age: LengthOrNone = Field(
        default=Span(WEEK_SECONDS),
        description="How long a rehearsal counts; `none` for ever.",
        examples=["7d"],
        json_schema_extra={"default": "7d"},
    )
