"""The plan in a run file as it is to be told: built once, written in any format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bulkreset.account import MessageLimit
from bulkreset.actions.registry import actions
from bulkreset.flow.kept import limits_from_json
from bulkreset.flow.origin import origin_of
from bulkreset.flow.report import estimate_of, timeline_of
from bulkreset.goals.base import DecisionKind
from bulkreset.goals.registry import goals
from bulkreset.ledger.read import RunReader
from bulkreset.planning.message_budget import day_allowance
from bulkreset.planning.reasons import INVALID, meanings
from bulkreset.planning.summary import Estimate, Group
from bulkreset.preflight.findings import by_severity, findings_from_json
from bulkreset.reporting.conduct import conduct_text
from bulkreset.reporting.plan.base import (
    Billing,
    Course,
    Experience,
    Lasting,
    PlanDay,
    PlanGroup,
    PlanMessages,
    PlanWave,
    ToldPlan,
)
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job

FULL_READ = "AdminGetUser"


def told_plan(reader: RunReader, path: Path) -> ToldPlan:
    """Everything about the plan in the run file at `path`."""
    goal = goals()[reader.meta("goal")]
    cost = estimate_of(reader)
    groups = reader.groups()
    told = meanings(goal)
    decisions = reader.decisions()
    kept = reader.meta("findings")
    return ToldPlan(
        digest=reader.meta("digest"),
        goal=goal.name,
        summary=goal.summary,
        origin=origin_of(reader, path),
        decisions={name: decisions.get(name, 0) for name in (*map(str, DecisionKind), INVALID)},
        users=cost.users,
        messages=tuple(_messages(reader, cost)),
        groups=tuple(
            PlanGroup(
                group.decision,
                group.reason,
                told.get(group.reason, ""),
                group.steps,
                group.medium,
                group.rows,
                group.examples,
            )
            for group in groups
        ),
        experiences=tuple(_experiences(groups)),
        lasting=tuple(_lasting(groups)),
        billing=_billing(reader, groups, cost),
        course=_course(reader, cost),
        findings=None if kept is None else by_severity(findings_from_json(kept)),
        approvals=Environment.model_validate(reader.meta("environment")).approval.required,
        extra_columns=tuple(reader.meta("extra_columns")),
        rows=reader.planned_rows(),
    )


def _messages(reader: RunReader, cost: Estimate) -> Iterator[PlanMessages]:
    job = Job.model_validate(reader.meta("job"))
    limits = {limit.medium: limit for limit in limits_from_json(reader.meta("message_limits"))}
    for medium, count in cost.messages_by_medium.items():
        limit = limits.get(medium, MessageLimit(medium))
        yield PlanMessages(medium, count, day_allowance(limit, job.messages), limit.source, limit.warnings)


def _experiences(groups: list[Group]) -> Iterator[Experience]:
    """What users will notice, by what is done to them, most users first."""
    users: Counter[tuple[str, ...]] = Counter()
    media: dict[tuple[str, ...], Counter[str]] = {}
    for group in groups:
        if group.steps:
            users[group.steps] += group.rows
            by_medium = media.setdefault(group.steps, Counter())
            if group.medium:
                by_medium[group.medium] += group.rows
    known = actions()
    for steps, count in users.most_common():
        sees = tuple(filter(None, (known[step].user_sees for step in steps)))
        yield Experience(count, steps, dict(media[steps]), sees)


def _lasting(groups: list[Group]) -> Iterator[Lasting]:
    known = actions()
    for action, users in _touched(groups).items():
        if known[action].lasting:
            yield Lasting(action, users, known[action].lasting)


def _touched(groups: list[Group]) -> dict[str, int]:
    """How many users each action is done to, in the order of steps."""
    touched: Counter[str] = Counter()
    for group in groups:
        for step in group.steps:
            touched[step] += group.rows
    return dict(touched)


def _billing(reader: RunReader, groups: list[Group], cost: Estimate) -> Billing:
    known = actions()
    touched = _touched(groups)
    read = int(reader.counters("calls").get(FULL_READ, 0)) if reader.meta("job")["read"] == "get" else 0
    return Billing(
        users=cost.billed_users,
        by_action={name: users for name, users in touched.items() if known[name].bills_user},
        read_in_full=read,
        read_backs=any(not known[name].repeat_safe for name in touched),
    )


def _course(reader: RunReader, cost: Estimate) -> Course:
    job = Job.model_validate(reader.meta("job"))
    sizes = reader.wave_sizes()
    timeline = timeline_of(reader, cost)
    spans = dict(enumerate(timeline.waves, start=1))
    return Course(
        seconds=cost.seconds,
        categories=cost.categories,
        waves=tuple(
            PlanWave(
                number,
                rows,
                spans[number].begin if number in spans else None,
                spans[number].end if number in spans else None,
            )
            for number, rows in sizes.items()
        ),
        days=tuple(
            PlanDay(day.date, day.rows, {str(by): n for by, n in day.messages.items()})
            for day in timeline.days
        ),
        conduct=tuple(conduct_text(job, sizes, reader.meta("hazards") or ())),
        waits_for_a_person=job.between.confirm and len(sizes) > 1,
        finish=timeline.finish,
        obstacle=timeline.obstacle,
        left=timeline.left,
    )
