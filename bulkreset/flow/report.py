"""report, status and show: what a run file holds, for machines and for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from bulkreset.account import Medium
from bulkreset.flow.companion import companion_of
from bulkreset.flow.course import course_of
from bulkreset.flow.edited import blaming_edits
from bulkreset.flow.kept import limits_from_json
from bulkreset.flow.places import sent
from bulkreset.flow.written import write_file
from bulkreset.ledger.connection import open_read_only
from bulkreset.ledger.read import RunReader
from bulkreset.places import Place, S3Object
from bulkreset.planning.calendar import DailyMessages, Load, Timeline, timeline
from bulkreset.planning.message_budget import allowance, day_allowance
from bulkreset.planning.summary import Estimate, Group, estimate
from bulkreset.reporting.base import Report
from bulkreset.reporting.course import RunCourse
from bulkreset.reporting.registry import writers
from bulkreset.reporting.status import Status, run_status
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job


@contextmanager
def reading(path: Path) -> Iterator[RunReader]:
    """A run file, open for reading. Raises Refused where it makes no sense because somebody edited it."""
    with closing(open_read_only(path)) as connection:
        reader = RunReader(connection)
        with blaming_edits(reader, path):
            yield reader


def status_of(path: Path) -> Status:
    with reading(path) as reader:
        return run_status(reader, path)


def estimate_of(reader: RunReader) -> Estimate:
    """What carrying out the run's plan costs."""
    return _estimate(reader, reader.groups())


def _estimate(reader: RunReader, groups: list[Group]) -> Estimate:
    environment = Environment.model_validate(reader.meta("environment"))
    return estimate(groups, environment.grant)


def timeline_of(reader: RunReader, cost: Estimate) -> Timeline:
    """When the plan will be through, had it begun when it was made; a wait for a person is not counted."""
    job = Job.model_validate(reader.meta("job"))
    limits = limits_from_json(reader.meta("message_limits"))
    spent = reader.meta("messages_spent") or {}
    budgets = {
        limit.medium: DailyMessages(
            a_day, allowance(limit, spent.get(limit.medium, 0), job.messages) or 0, limit.renewed_at_hour
        )
        for limit in limits
        if (a_day := day_allowance(limit, job.messages)) is not None
    }
    return timeline(
        reader.meta("planned_at"),
        [
            Load(rows, cost.seconds * rows / cost.users, _part(cost.messages_by_medium, rows / cost.users))
            for rows in reader.wave_sizes().values()
        ],
        between=job.between.seconds,
        window=job.window,
        budgets=budgets,
        deadline=job.deadline,
    )


def _part(messages: Mapping[Medium, int], part: float) -> dict[Medium, int]:
    return {medium: round(count * part) for medium, count in messages.items()}


@contextmanager
def sent_by(run: Path, out: Place, *, is_new: bool = False) -> Iterator[Path]:
    """Where to write what is made of a run. S3 is reached as the run's own environment says; see `sent`."""
    environment = None
    if isinstance(out, S3Object):
        with reading(run) as reader:
            environment = Environment.model_validate(reader.meta("environment"))
    with sent(out, environment, is_new=is_new) as path:
        yield path


def _course(path: Path) -> RunCourse:
    # By a connection of its own: others go on by theirs meanwhile.
    with reading(path) as reader:
        groups = reader.groups()
        return course_of(reader, path, groups, _estimate(reader, groups))


def write_report(path: Path, format_name: str, out: Place, *, names_users: bool = False) -> None:
    """Write the report of a run to `out`; see `write_file`."""
    writer = writers()[format_name]

    def write(file: IO[Any], here: Path) -> None:
        with reading(path) as reader, companion_of(here, path) as companion:
            report = Report(
                run_status(reader, path),
                str(reader.meta("reason")),
                tuple(reader.meta("extra_columns")),
                reader.report_rows(),
                reader.events(),
                reader.meta("quotas") or {},
                reader.meta("findings") or (),
                names_users=names_users,
                course=lambda: _course(path),
                walk=reader.walk(),
                companion=companion,
            )
            writer.write(report, file)
            file.flush()

    with sent_by(path, out) as here:
        write_file(here, lambda file: write(file, here), path, is_binary=writer.is_binary)
