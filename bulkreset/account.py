"""What bulkreset needs to know of an AWS account: who calls, its quotas, and what it may send."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

COGNITO_RENEWS_AT_HOUR = 9
"""UTC. Of Cognito's own daily e-mail quota (Developer Guide, "Quotas in Amazon Cognito")."""


class Medium(StrEnum):
    """The way that a message of Cognito's goes."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose credentials are used. `arn` is GetCallerIdentity's, "" where that could not be asked."""

    account_id: str
    arn: str


@dataclass(frozen=True, slots=True)
class Quota:
    """A request-rate quota, and where it was learnt: in words, for the plan and the report."""

    rate_per_second: float
    source: str


@dataclass(frozen=True, slots=True)
class MessageLimit:
    """How many messages of one medium the account may send.

    `per_day` and `per_second` are None where there is no limit, or none is known. `sent_today` is the
    service's own count of this day's messages, None where it keeps none. `renewed_at_hour` is the hour of
    the UTC day at which the day begins. `source` says where this was learnt. `refusal` says why nothing
    would be delivered at all, if so; `warnings` are for the plan. `sandboxed` and `on_probation` are what
    the service says of the account, `spend_limit_usd` is what it spends in a month, and `unread` is why
    the service told nothing, if so.
    """

    medium: Medium
    per_day: int | None = None
    per_second: float | None = None
    sent_today: int | None = None
    renewed_at_hour: int = 0
    source: str = ""
    refusal: str = ""
    warnings: tuple[str, ...] = ()
    sandboxed: bool = False
    on_probation: bool = False
    spend_limit_usd: float | None = None
    unread: str = ""
