"""The messages of a plan, as text for people: how many by which medium, what a day allows, and until when."""

from __future__ import annotations

from collections.abc import Iterator

from bulkreset.account import MessageLimit
from bulkreset.flow.kept import limits_from_json
from bulkreset.ledger.read import RunReader
from bulkreset.planning.message_budget import day_allowance
from bulkreset.planning.summary import Estimate
from bulkreset.settings.job import Job


def messages_text(reader: RunReader, estimate: Estimate) -> Iterator[str]:
    """One line a medium, and what the services warn of where no preflight tells it."""
    told_here = reader.meta("findings") is None
    job = Job.model_validate(reader.meta("job"))
    limits = {limit.medium: limit for limit in limits_from_json(reader.meta("message_limits"))}
    for medium, count in estimate.messages_by_medium.items():
        limit = limits.get(medium, MessageLimit(medium))
        a_day = day_allowance(limit, job.messages)
        allowed = f"at most {a_day:,} a day" if a_day is not None else "no daily limit is known"
        learnt = f" ({limit.source})" if limit.source else ""
        yield f"messages: {count:,} by {medium}, {allowed}{learnt}"
        for warning in limit.warnings if told_here else ():
            yield f"  {warning}"
