"""The approval section: how many others have to agree to a plan, for how long that holds, and who signs."""

from typing import Annotated

from pydantic import Field

from bulkreset.settings.fields import Section
from bulkreset.settings.spans import Length, LengthOrNone, Span

DAY_SECONDS = 86_400.0
NAME = r"[A-Za-z0-9/_-]+"
KMS_KEY = rf"^(alias/{NAME}|arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{{12}}:(key|alias)/{NAME})$"

DEFAULT_MAX_AGE = Span(7 * DAY_SECONDS)

PlanMaxAge = LengthOrNone


class Approval(Section):
    """Who else has to agree to a plan before it is carried out."""

    required: Annotated[int, Field(ge=0, le=10)] = Field(
        default=0,
        description="How many persons other than the one who planned have to approve a plan.",
        examples=[1],
    )
    expires_after: Length = Field(
        default=Span(DAY_SECONDS),
        description="How long an approval holds; the first call has to come before its end.",
        examples=["24h"],
        json_schema_extra={"default": "1d"},
    )
    kms_key: Annotated[str, Field(max_length=2048, pattern=KMS_KEY)] | None = Field(
        default=None,
        description=(
            "Asymmetric KMS key, for signing, by alias or ARN: approvals are signed with it, and only signed "
            "ones count."
        ),
        examples=["alias/bulkreset-approvals"],
    )
