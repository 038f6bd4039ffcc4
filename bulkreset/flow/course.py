"""How the run in a run file went, gathered for pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from bulkreset.account import MessageLimit
from bulkreset.actions.registry import actions
from bulkreset.flow.kept import limits_from_json
from bulkreset.flow.origin import origin_of
from bulkreset.ledger.read import RunReader
from bulkreset.planning.message_budget import day_allowance
from bulkreset.planning.summary import Estimate, Group
from bulkreset.preflight.checks.token_lifetimes import seconds_told
from bulkreset.preflight.findings import findings_from_json
from bulkreset.reporting.course import RunCourse, RunMedium, RunWave, TokenLife
from bulkreset.settings.job import Job


def course_of(reader: RunReader, path: Path, groups: Iterable[Group], cost: Estimate) -> RunCourse:
    """How the run in the file at `path`, whose plan has these groups and this cost, went so far."""
    known = actions()
    slice_seconds = reader.slice_seconds()
    standing = reader.wave_progress()
    planned: Counter[str] = Counter()
    for group in groups:
        planned.update(dict.fromkeys(group.steps, group.rows))
    return RunCourse(
        origin=origin_of(reader, path),
        planned_seconds=cost.seconds,
        planned_steps=planned,
        steps=tuple(reader.step_counts()),
        category_of={name: action.category for name, action in known.items()},
        calls=tuple(reader.calls_by_time(slice_seconds)),
        slice_seconds=slice_seconds,
        waves=tuple(
            RunWave(number, rows, standing.get(number, {})) for number, rows in reader.wave_sizes().items()
        ),
        media=tuple(_media(reader, cost)),
        messages=tuple(
            reader.messages_by_day([name for name, action in known.items() if action.sends_message])
        ),
        tokens=_token_life(reader),
        chain_break=reader.break_in_chain(),
    )


def _media(reader: RunReader, cost: Estimate) -> Iterator[RunMedium]:
    job = Job.model_validate(reader.meta("job"))
    limits = {limit.medium: limit for limit in limits_from_json(reader.meta("message_limits"))}
    for medium, count in cost.messages_by_medium.items():
        limit = limits.get(medium, MessageLimit(medium))
        yield RunMedium(medium, count, day_allowance(limit, job.messages), limit.source)


def _token_life(reader: RunReader) -> TokenLife:
    for finding in findings_from_json(reader.meta("findings")):
        seconds = seconds_told(finding)
        if seconds is not None:
            return TokenLife(seconds, finding.title)
    return TokenLife(None)
