"""What the account allows: its request quotas, and how many messages it may still send today."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from bulkreset.account import Medium, MessageLimit
from bulkreset.cognito.account.messages import message_limits
from bulkreset.cognito.account.quotas import account_quotas
from bulkreset.flow.access import Access
from bulkreset.pool import PoolFacts
from bulkreset.rates.quotas import EMAIL_SENDS
from bulkreset.rates.spending import Spending, budget_day
from bulkreset.settings.environment import Environment


def learn_quotas(access: Access, environment: Environment, categories: Collection[str]) -> None:
    """Ask AWS for the quotas of the categories of which the environment does not state them."""
    asked = [name for name in categories if name != EMAIL_SENDS]
    unknown = [name for name in asked if environment.quotas.stated_rate(name) is None]
    if unknown:
        access.rates.learn(account_quotas(unknown, access.client.services))
        access.regrant()


def spent_today(limits: Collection[MessageLimit], spending: Spending, now: float) -> dict[Medium, int]:
    """How many messages this machine knows to be sent in the present day of each limit.

    `now` is AWS's clock, in epoch seconds.
    """
    return {
        limit.medium: spending.spent(budget_day(now, limit.renewed_at_hour), limit.medium) for limit in limits
    }


def books(folder: Path | None) -> Spending:
    """The books of messages sent, in the folder that runs share; without one they last for the run."""
    return Spending(folder / "messages.json" if folder else None)


def learn_message_limits(
    access: Access, environment: Environment, pool: PoolFacts, media: Collection[Medium]
) -> tuple[MessageLimit, ...]:
    """What may be sent by these media; mails keep to the rate of their sender from now on."""
    if not media:
        return ()
    limits = message_limits(pool, media, environment.message_budget, access.client.services)
    mails_per_second = [limit.per_second for limit in limits if limit.per_second]
    if mails_per_second:
        access.rates.pace_mails(min(mails_per_second))
    return limits
