"""The plan as text for people: what happens to how many users, what it costs, what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bulkreset.cli.findings_text import titles_text
from bulkreset.cli.messages_text import messages_text
from bulkreset.cli.origin_text import origin_text
from bulkreset.cli.timeline_text import timeline_text
from bulkreset.clock import iso
from bulkreset.flow.report import timeline_of
from bulkreset.goals.base import Goal
from bulkreset.goals.registry import goals
from bulkreset.ledger.read import RunReader
from bulkreset.planning.reasons import meanings
from bulkreset.planning.summary import Estimate, Group
from bulkreset.reporting.conduct import conduct_text
from bulkreset.reporting.spans import duration
from bulkreset.settings.job import Job
from bulkreset.settings.waves import CONFIRM


def plan_text(reader: RunReader, estimate: Estimate) -> Iterator[str]:
    """The lines of `bulkreset show`."""
    pool, environment = reader.meta("pool"), reader.meta("environment")
    goal = goals()[reader.meta("goal")]
    yield f"{goal.name}: {goal.summary}"
    yield f"  pool     {pool['pool_id']} ({pool['name']}), about {pool['estimated_users']:,} users"
    if environment["endpoint_url"]:
        yield f"  endpoint {environment['endpoint_url']} (not AWS)"
    yield from origin_text(reader)
    if reader.meta("reason"):
        yield f"  reason   {reader.meta('reason')}"
    read_at = iso(reader.meta("read_at"))
    yield f"  planned  {iso(reader.meta('planned_at'))}, on the pool as it was at {read_at}"
    yield ""
    yield from _groups(reader.groups(), goal)
    yield ""
    yield from _costs(estimate, reader.meta("quotas") or {})
    yield from _warnings(reader)
    yield from messages_text(reader, estimate)
    yield from titles_text(reader)
    hazards = reader.meta("hazards") or ()
    yield from conduct_text(Job.model_validate(reader.meta("job")), reader.wave_sizes(), hazards)
    confirms = reader.meta("job").get("between") == CONFIRM and len(reader.wave_sizes()) > 1
    yield from timeline_text(timeline_of(reader, estimate), waits_for_a_person=confirms)
    yield ""
    yield f"digest {reader.meta('digest')}"


def _groups(groups: list[Group], goal: Goal) -> Iterator[str]:
    told = meanings(goal)
    for group in groups:
        yield f"{group.rows:>10,}  {group.decision:<8}{group.reason}: {told.get(group.reason, '')}"
        if group.steps:
            by = f" (message by {group.medium})" if group.medium else ""
            yield f"{'':>12}{'':<8}→ {', '.join(group.steps)}{by}"
        yield f"{'':>12}{'':<8}such as {', '.join(group.examples)}"


def _costs(estimate: Estimate, quotas: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    yield (
        f"changes {estimate.users:,} users in about {duration(estimate.seconds)}, "
        f"sends {estimate.messages:,} messages, "
        f"makes up to {estimate.billed_users:,} users billed as active this month"
    )
    for time in estimate.categories:
        learnt = quotas.get(time.category, {}).get("source", "")
        quota = f" ({learnt})" if learnt else ""
        yield (
            f"  {time.category}: {time.calls:,} calls at {time.rate_per_second:g}/s{quota}, "
            f"{duration(time.seconds)}"
        )


def _warnings(reader: RunReader) -> Iterator[str]:
    read_in_full = int(reader.counters("calls").get("AdminGetUser", 0))
    if reader.meta("job")["read"] == "get" and read_in_full:
        yield f"  planning read {read_in_full:,} users in full (`read: get`), which bills them as active"
