"""What a report is made of, and what a report writer is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO

from bulkreset.clock import iso
from bulkreset.ledger.read import Event, ReportRow
from bulkreset.ledger.states import Outcome, StepState
from bulkreset.ledger.walk import DoneRow
from bulkreset.reporting.status import Status

if TYPE_CHECKING:
    from bulkreset.reporting.course import RunCourse

COLUMNS = (
    "row",
    "identifier",
    "username",
    "decision",
    "reason",
    "steps",
    "outcome",
    "error_code",
    "error_message",
    "attempts",
    "started_at",
    "finished_at",
    "request_id",
)
"""The report's columns in the order of the contract; the manifest's own follow."""

INVALID_ROW = "invalid-row"
PARTLY_DONE = "partly-done"


@dataclass(frozen=True, slots=True)
class Companion:
    """A file of bytes beside a report, made once it is opened: it appears with the report or not at all."""

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Report:
    """A run, ready to be written: `rows` and `events` can be walked once.

    `quotas` has, by category, the account's rate per second, the share of it, and where it was learnt.
    `findings` are those of preflight, as the run file keeps them. `names_users` is for formats that name
    them on demand only. `course` tells how the run went, which takes a look at every step, and may be asked
    on another thread. `walk` are the rows once more, quicker. `companion` is None where no second file can
    stand beside the report.
    """

    status: Status
    reason: str
    extra_columns: tuple[str, ...]
    rows: Iterator[ReportRow]
    events: Iterator[Event]
    quotas: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    findings: Sequence[Mapping[str, str]] = ()
    names_users: bool = False
    course: Callable[[], RunCourse] | None = None
    walk: Iterator[ReportRow | DoneRow] = field(default_factory=lambda: iter(()))
    companion: Companion | None = None


@dataclass(frozen=True, slots=True)
class ReportWriter:
    """One format of report. `write` is given a file of bytes if the format `is_binary`, and else of text.

    `names_on_demand`: many people see such files, so that users are named only for `Report.names_users`.
    """

    name: str
    summary: str
    write: Callable[[Report, Any], None]
    is_binary: bool = False
    names_on_demand: bool = False


def cells(row: ReportRow) -> dict[str, str | int]:
    """A report row by column. Steps and request ids are separated by spaces."""
    code, message = _error(row)
    called = [record.started_at for record in row.records if record.started_at is not None]
    finished = [record.finished_at for record in row.records if record.finished_at is not None]
    return {
        "row": row.row,
        "identifier": row.identifier,
        "username": row.username,
        "decision": row.decision,
        "reason": row.reason,
        "steps": " ".join(row.steps),
        "outcome": row.outcome.value,
        "error_code": code,
        "error_message": message,
        "attempts": sum(record.attempts for record in row.records),
        "started_at": iso(min(called, default=None)),
        "finished_at": iso(max(finished, default=None)),
        "request_id": " ".join(record.request_id for record in row.records if record.request_id),
    }


def _error(row: ReportRow) -> tuple[str, str]:
    """Code and message of whatever kept a row from being done; says which step, and what was done before."""
    if row.problem:
        return INVALID_ROW if row.outcome is Outcome.INVALID else row.reason, row.problem
    if not row.records or row.outcome is Outcome.DONE:
        return "", ""
    last = row.records[-1]
    done = [record.action for record in row.records if record.state is StepState.DONE]
    if row.outcome is Outcome.NOT_ATTEMPTED and done:
        next_step = row.steps[len(done)]
        return PARTLY_DONE, f"{' and '.join(done)} done, {next_step} not yet"
    told = f"{last.action}: {last.error_message}" if last.error_message else ""
    before = f" (after {' and '.join(done)})" if done and told else ""
    return last.error_code, f"{told}{before}"
