"""The plan as Markdown, for a ticket or a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TextIO

from bulkreset.clock import iso
from bulkreset.planning.reasons import INVALID
from bulkreset.reporting.plan.base import PlanWriter, ToldPlan
from bulkreset.reporting.spans import duration
from bulkreset.reporting.visible import marked

MARKUP = re.compile(r"([\\`*_\[\]<>#|~&])")


def escaped(text: str) -> str:
    """Text in which nothing is Markdown, HTML or a mention, and no character hides."""
    return MARKUP.sub(r"\\\1", marked(text))


def _write(plan: ToldPlan, file: TextIO) -> None:
    parts = (_head, _decisions, _course, _experiences, _lasting, _billing, _findings, _approval)
    for part in parts:
        file.writelines(f"{line}\n" for line in part(plan))


def _head(plan: ToldPlan) -> Iterator[str]:
    origin = plan.origin
    yield f"# Plan: {escaped(plan.goal)}, {plan.users:,} of {plan.total:,} rows"
    yield ""
    yield f"{escaped(plan.summary[:1].upper() + plan.summary[1:])}."
    yield ""
    name = f" ({escaped(origin.pool_name)})" if origin.pool_name else ""
    yield f"- pool: {escaped(origin.pool_id)}{name}, about {origin.pool_users:,} users"
    if origin.endpoint_url:
        yield f"- endpoint: {escaped(origin.endpoint_url)} (not AWS)"
    if origin.account_id:
        yield f"- account: {escaped(origin.account_id)}"
    yield f"- reason: {escaped(origin.reason) or 'none given'}"
    users = (
        f"selection: {escaped(origin.selection)}" if origin.selection else f"list: {escaped(origin.manifest)}"
    )
    yield f"- {users}"
    if origin.snapshot:
        yield f"- snapshot: {escaped(origin.snapshot)}"
    caller = f" with {escaped(origin.caller)}" if origin.caller else ""
    by = f" by {escaped(origin.planned_by)}" if origin.planned_by else ""
    yield f"- planned: {iso(origin.planned_at)}{by}{caller}, on the pool as it was at {iso(origin.read_at)}"
    yield f"- digest: `{plan.digest}`"


def _decisions(plan: ToldPlan) -> Iterator[str]:
    yield from _heading("What happens to whom")
    yield from _table(
        ("rows", "decision", "reason", "meaning", "steps", "message"),
        (
            (
                f"{group.rows:,}",
                group.decision,
                group.reason,
                group.meaning,
                ", ".join(group.steps),
                group.medium,
            )
            for group in plan.groups
        ),
    )
    left = plan.decisions["block"] + plan.decisions[INVALID]
    if left:
        yield ""
        yield f"{left:,} rows are blocked or cannot be used: nothing is done for them."


def _course(plan: ToldPlan) -> Iterator[str]:
    course = plan.course
    yield from _heading("When")
    yield f"- {duration(course.seconds)} of work"
    yield from (f"- {escaped(line)}" for line in course.conduct)
    yield from _messages(plan)
    if course.finish is None:
        yield f"- never through: {escaped(course.obstacle)}; {course.left:,} users are left"
    else:
        besides = ", waits for a confirmation not counted" if course.waits_for_a_person else ""
        yield f"- through at {iso(course.finish)} if begun when planned{besides}"
    if len(course.days) > 1:
        yield ""
        yield from _table(
            ("day (UTC)", "users", "messages"),
            (
                (
                    day.day.isoformat(),
                    f"{day.rows:,}",
                    ", ".join(f"{n:,} by {by}" for by, n in day.messages.items()),
                )
                for day in course.days
            ),
        )


def _messages(plan: ToldPlan) -> Iterator[str]:
    for one in plan.messages:
        most = "no daily limit is known" if one.a_day is None else f"at most {one.a_day:,} a day"
        yield f"- {one.messages:,} messages by {one.medium}, {most}"
        yield from (f"  - {escaped(warning)}" for warning in one.warnings)


def _experiences(plan: ToldPlan) -> Iterator[str]:
    yield from _heading("What each user will see")
    for one in plan.experiences:
        by = "".join(f", {count:,} messages by {medium}" for medium, count in one.media.items())
        yield f"- {one.users:,} users ({escaped(', '.join(one.steps))}{by}): {escaped(' '.join(one.sees))}"
    yield f"- {plan.total - plan.users:,} rows: nothing"


def _lasting(plan: ToldPlan) -> Iterator[str]:
    yield from _heading("What cannot be undone")
    yield from (f"- {one.action}, {one.users:,} users: {escaped(one.told)}" for one in plan.lasting)
    if not plan.lasting:
        yield "- nothing that is known of"


def _billing(plan: ToldPlan) -> Iterator[str]:
    billing = plan.billing
    yield from _heading("Who becomes billed as active this month")
    why = ", ".join(f"{action} {users:,}" for action, users in billing.by_action.items())
    yield f"- up to {billing.users:,} users{f' ({escaped(why)})' if why else ''}"
    if billing.read_in_full:
        yield f"- {billing.read_in_full:,} users whom planning read in full"
    if billing.read_backs:
        yield "- each user who is read back because an answer was lost"


def _findings(plan: ToldPlan) -> Iterator[str]:
    yield from _heading("Preflight")
    if plan.findings is None:
        yield "- a plan from a snapshot asks nobody; the run looks before its first change"
    elif not plan.findings:
        yield "- nothing found"
    for one in plan.findings or ():
        told = "; ".join(escaped(text) for text in (one.title, one.meaning, one.advice) if text)
        yield f"- **{escaped(one.severity)}**: {told}"


def _approval(plan: ToldPlan) -> Iterator[str]:
    yield from _heading("Approval")
    yield f"This is the plan with digest `{plan.digest}` in {escaped(plan.origin.run)}, and no other."
    if plan.approvals:
        yield ""
        told = "`bulkreset approve RUN --confirm DIGEST`"
        yield f"{plan.approvals:,} other than the planner must approve it: {told}."


def _heading(text: str) -> Iterator[str]:
    yield ""
    yield f"## {text}"
    yield ""


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    heads = tuple(heads)
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for row in rows:
        yield f"| {' | '.join(map(escaped, row))} |"


WRITER = PlanWriter("markdown", "the plan without its rows, for a ticket", _write)
