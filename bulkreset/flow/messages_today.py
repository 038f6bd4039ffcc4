"""How many messages runs on this machine have sent today, of how many the account allows."""

from __future__ import annotations

from dataclasses import dataclass

from bulkreset.flow.kept import limits_from_json
from bulkreset.ledger.read import RunReader
from bulkreset.planning.message_budget import day_allowance
from bulkreset.pool import facts_from_json
from bulkreset.rates.spending import Spending, budget_day
from bulkreset.rates.state_dir import shared_place
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job


@dataclass(frozen=True, slots=True)
class MessagesToday:
    """Messages of one medium. `allowed` is None where no daily limit is known."""

    medium: str
    sent: int
    allowed: int | None


def messages_today(reader: RunReader, now: float) -> tuple[MessagesToday, ...]:
    """Those of each medium that the run sends by. Only reads; `now` is in epoch seconds."""
    limits = limits_from_json(reader.meta("message_limits"))
    if not limits:
        return ()
    environment = Environment.model_validate(reader.meta("environment"))
    job = Job.model_validate(reader.meta("job"))
    account_id = facts_from_json(reader.meta("pool")).account_id
    folder = shared_place(environment.state_dir, account_id, environment.region, environment.endpoint_url)
    spending = Spending(folder / "messages.json")
    return tuple(
        MessagesToday(
            limit.medium.value,
            spending.spent(budget_day(now, limit.renewed_at_hour), limit.medium),
            day_allowance(limit, job.messages),
        )
        for limit in limits
    )
