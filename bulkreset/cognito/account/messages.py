"""How many messages the account may send: by Cognito's own sender, by SES, and as text messages.

What an operator states in the environment counts for more than what the services tell.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Protocol

from bulkreset.account import Medium, MessageLimit
from bulkreset.cognito.account.email import email_limit
from bulkreset.cognito.account.text_messages import text_message_limit
from bulkreset.cognito.session import Aws
from bulkreset.pool import PoolFacts

STATED = "environment"

LIMITS: Mapping[Medium, Callable[[PoolFacts, Aws], MessageLimit]] = MappingProxyType(
    {Medium.EMAIL: email_limit, Medium.SMS: text_message_limit}
)


class MessageBudget(Protocol):
    """What an environment may state."""

    @property
    def email_per_day(self) -> int | None: ...
    @property
    def email_per_second(self) -> float | None: ...
    @property
    def sms_per_day(self) -> int | None: ...


def message_limits(
    pool: PoolFacts, media: Collection[Medium], budget: MessageBudget, aws: Aws
) -> tuple[MessageLimit, ...]:
    """What may be sent by each of the media. Never raises for what AWS answers."""
    return tuple(_stated(LIMITS[medium](pool, aws), budget) for medium in Medium if medium in media)


def _stated(told: MessageLimit, budget: MessageBudget) -> MessageLimit:
    """The limit with what the environment states in place of what was told."""
    match told.medium:
        case Medium.EMAIL:
            per_day, per_second = budget.email_per_day, budget.email_per_second
        case Medium.SMS:
            per_day, per_second = budget.sms_per_day, None
    if per_day is None and per_second is None:
        return told
    everything = per_day is not None and (per_second is not None or told.per_second is None)
    return replace(
        told,
        per_day=told.per_day if per_day is None else per_day,
        per_second=told.per_second if per_second is None else per_second,
        source=STATED if everything else f"{STATED}; {told.source}",
    )
