"""The message budget: what an account may send, for operators who know it better than AWS tells."""

from typing import Annotated

from pydantic import Field

from bulkreset.settings.fields import Section

PerDay = Annotated[int, Field(ge=0)]


class MessageBudget(Section):
    """How many messages the account may send. What is left out is asked of AWS."""

    email_per_day: PerDay | None = Field(
        default=None, description="E-mails that the account may send in a day.", examples=[50_000]
    )
    email_per_second: Annotated[float, Field(gt=0, le=1_000_000)] | None = Field(
        default=None, description="E-mails that it may send in a second.", examples=[14]
    )
    sms_per_day: PerDay | None = Field(
        default=None, description="Text messages that it may send in a day.", examples=[1000]
    )
