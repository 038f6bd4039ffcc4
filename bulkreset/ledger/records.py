"""What is read of a row: its plan, how far it is, and everything that became of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from bulkreset.ledger.outcomes import outcome_of
from bulkreset.ledger.states import Outcome, StepState


@dataclass(frozen=True, slots=True)
class StepRecord:
    """What has happened of one step. Times are in epoch seconds; `called_at` is that of the last try."""

    ordinal: int
    action: str
    state: StepState
    attempts: int
    started_at: float | None
    called_at: float | None
    finished_at: float | None
    request_id: str
    error_code: str
    error_message: str


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A plan row that is to be done, and how far it is: `last` is its furthest step, if any.

    `turn` is its place in the order of calls. `medium` is how its message goes, "" where none is sent.
    """

    row: int
    identifier: str
    username: str
    steps: tuple[str, ...]
    state: str
    contact: str
    last: StepRecord | None
    turn: int
    wave: int
    medium: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One manifest row with everything that became of it.

    `kind` says what the identifier is, `overrides` is the row's own goal and policy as JSON, or "".
    """

    row: int
    identifier: str
    username: str
    decision: str
    reason: str
    steps: tuple[str, ...]
    problem: str
    outcome: Outcome
    records: tuple[StepRecord, ...]
    extras: tuple[str, ...]
    wave: int
    kind: str
    overrides: str


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One manifest row as it was planned. `state` is what was known of the user, in words."""

    row: int
    line: int
    identifier: str
    username: str
    decision: str
    reason: str
    steps: str
    medium: str
    wave: int
    state: str
    problem: str
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorCount:
    """How many steps ended with an error code; the last of them `at`, in epoch seconds."""

    code: str
    steps: int
    at: float | None


def planned_row(entry: sqlite3.Row) -> PlannedRow:
    return PlannedRow(
        row=entry["row"],
        line=entry["line"],
        identifier=entry["identifier"],
        username=entry["username"],
        decision=entry["decision"],
        reason=entry["reason"],
        steps=entry["steps"],
        medium=entry["medium"],
        wave=entry["wave"],
        state=entry["state"],
        problem=entry["problem"],
        extras=tuple(json.loads(entry["cells"])) if entry["cells"] else (),
    )


def step_record(entry: sqlite3.Row) -> StepRecord:
    return StepRecord(
        ordinal=entry["ordinal"],
        action=entry["action"],
        state=StepState(entry["state"]),
        attempts=entry["attempts"],
        started_at=entry["started_at"],
        called_at=entry["called_at"],
        finished_at=entry["finished_at"],
        request_id=entry["request_id"],
        error_code=entry["error_code"],
        error_message=entry["error_message"],
    )


def work_row(entry: sqlite3.Row) -> WorkRow:
    """A plan row from an entry that holds it, with `planned` as its user's state, and its furthest step."""
    return WorkRow(
        row=entry[0],
        identifier=entry["identifier"],
        username=entry["username"],
        steps=tuple(entry["steps"].split()),
        state=entry["planned"],
        contact=entry["contact"],
        last=step_record(entry) if entry["ordinal"] is not None else None,
        turn=entry["turn"],
        wave=entry["wave"],
        medium=entry["medium"],
    )


def report_row(entries: Sequence[sqlite3.Row]) -> ReportRow:
    """A plan row from entries that all hold it, with `planned` as its steps, and one of its steps each."""
    first = entries[0]
    steps = tuple(first["planned"].split())
    records = tuple(step_record(entry) for entry in entries if entry["ordinal"] is not None)
    return ReportRow(
        row=first["number"],
        identifier=first["identifier"],
        username=first["username"],
        decision=first["decision"],
        reason=first["reason"],
        steps=steps,
        problem=first["problem"],
        outcome=outcome_of(first["decision"], len(steps), [record.state for record in records]),
        records=records,
        extras=tuple(json.loads(first["cells"])) if first["cells"] else (),
        wave=first["wave"],
        kind=first["kind"],
        overrides=first["overrides"],
    )
