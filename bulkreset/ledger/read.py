"""Reading a run file: its plan, its progress, its report rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from bulkreset.ledger.schema import LAST_STEP, ROW_OUTCOME
from bulkreset.ledger.states import Outcome, StepState
from bulkreset.planning.digest import DIGESTED_COLUMNS
from bulkreset.planning.summary import Group

EXAMPLES = 3


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
    """A plan row that is to be done, and how far it is: `last` is its furthest step, if any."""

    row: int
    identifier: str
    username: str
    steps: tuple[str, ...]
    state: str
    contact: str
    last: StepRecord | None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One manifest row with everything that became of it."""

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


@dataclass(frozen=True, slots=True)
class Event:
    at: float
    kind: str
    detail: dict[str, Any]


class RunReader:
    """The contents of a run file. Works on a read-only connection as well as on the writing one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def meta(self, key: str) -> Any:  # noqa: ANN401 - whatever JSON was kept under the key
        found = self._connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return json.loads(found[0]) if found else None

    def digested_rows(self) -> Iterator[tuple[str, ...]]:
        """The plan rows as the digest takes them, sorted."""
        columns = ", ".join(DIGESTED_COLUMNS)
        yield from map(
            tuple,
            self._connection.execute(f"SELECT {columns} FROM plan ORDER BY {columns}"),  # noqa: S608 - our names
        )

    def groups(self) -> list[Group]:
        """The plan in groups of equal decision, reason and steps, largest first."""
        found = self._connection.execute(
            "SELECT decision, reason, steps, count(*) AS rows, min(row) AS first FROM plan"
            " GROUP BY decision, reason, steps ORDER BY rows DESC, decision, reason, steps"
        ).fetchall()
        return [
            Group(
                entry["decision"],
                entry["reason"],
                tuple(entry["steps"].split()),
                entry["rows"],
                self._examples(entry),
            )
            for entry in found
        ]

    def _examples(self, group: sqlite3.Row) -> tuple[str, ...]:
        found = self._connection.execute(
            "SELECT identifier FROM plan WHERE row >= ? AND decision = ? AND reason = ? AND steps = ?"
            " ORDER BY row LIMIT ?",
            (group["first"], group["decision"], group["reason"], group["steps"], EXAMPLES),
        )
        return tuple(entry[0] for entry in found)

    def decisions(self) -> dict[str, int]:
        return dict(self._pairs("SELECT decision, count(*) FROM plan GROUP BY decision"))

    def outcomes(self) -> dict[Outcome, int]:
        """How many rows have each outcome as things stand."""
        counted = self._pairs(
            f"SELECT {ROW_OUTCOME} AS outcome, count(*) FROM plan"  # noqa: S608 - our own text
            f" LEFT JOIN ({LAST_STEP}) AS last ON last.row = plan.row GROUP BY outcome"
        )
        return {Outcome(name): count for name, count in counted}

    def counters(self, kind: str) -> dict[str, float]:
        found = self._connection.execute("SELECT name, value FROM counters WHERE kind = ?", (kind,))
        return {entry[0]: entry[1] for entry in found}

    def events(self) -> Iterator[Event]:
        for entry in self._connection.execute("SELECT at, kind, detail FROM events ORDER BY id"):
            yield Event(entry["at"], entry["kind"], json.loads(entry["detail"]))

    def unsettled(self) -> list[WorkRow]:
        """Rows whose furthest step was sent, or may have been, and whose answer is not known."""
        return self._work(f"WHERE last.state IN ('{StepState.IN_FLIGHT}', '{StepState.UNKNOWN}')", -1, -1)

    def backlog(self, after_row: int, limit: int) -> list[WorkRow]:
        """The next rows that have a step to be called, none of which is in flight or unknown."""
        return self._work(
            f"WHERE (last.state IS NULL OR last.state = '{StepState.PENDING}'"
            f" OR (last.state = '{StepState.DONE}'"
            "  AND last.ordinal < length(plan.steps) - length(replace(plan.steps, ' ', ''))))",
            after_row,
            limit,
        )

    def _work(self, where: str, after_row: int, limit: int) -> list[WorkRow]:
        found = self._connection.execute(
            "SELECT plan.row, identifier, username, plan.steps, plan.state AS planned, contact, last.*"  # noqa: S608
            " FROM plan LEFT JOIN steps AS last ON last.row = plan.row"
            "  AND last.ordinal = (SELECT max(ordinal) FROM steps WHERE steps.row = plan.row)"
            f" {where} AND plan.decision = 'do' AND plan.row > ? ORDER BY plan.row LIMIT ?",
            (after_row, limit),
        )
        return [
            WorkRow(
                row=entry[0],
                identifier=entry["identifier"],
                username=entry["username"],
                steps=tuple(entry["steps"].split()),
                state=entry["planned"],
                contact=entry["contact"],
                last=_step(entry) if entry["ordinal"] is not None else None,
            )
            for entry in found
        ]

    def report_rows(self) -> Iterator[ReportRow]:
        """Every manifest row, in the manifest's order, without holding more than one at a time."""
        found = self._connection.execute(
            "SELECT plan.row AS number, identifier, username, decision, reason, plan.steps AS planned,"
            " problem, cells, s.* FROM plan LEFT JOIN extras ON extras.row = plan.row"
            " LEFT JOIN steps AS s ON s.row = plan.row ORDER BY plan.row, s.ordinal"
        )
        for _, entries in groupby(found, key=lambda entry: entry["number"]):
            yield _report_row(list(entries))

    def _pairs(self, query: str) -> list[tuple[str, int]]:
        return [(entry[0], entry[1]) for entry in self._connection.execute(query)]


def _step(entry: sqlite3.Row) -> StepRecord:
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


def _report_row(entries: list[sqlite3.Row]) -> ReportRow:
    first = entries[0]
    steps = tuple(first["planned"].split())
    records = tuple(_step(entry) for entry in entries if entry["ordinal"] is not None)
    return ReportRow(
        row=first["number"],
        identifier=first["identifier"],
        username=first["username"],
        decision=first["decision"],
        reason=first["reason"],
        steps=steps,
        problem=first["problem"],
        outcome=outcome_of(first["decision"], steps, records),
        records=records,
        extras=tuple(json.loads(first["cells"])) if first["cells"] else (),
    )


OUTCOME_OF_DECISION = {"skip": Outcome.SKIPPED, "block": Outcome.BLOCKED, "invalid": Outcome.INVALID}
OUTCOME_OF_STATE = {
    StepState.FAILED: Outcome.FAILED,
    StepState.DRIFTED: Outcome.DRIFTED,
    StepState.UNKNOWN: Outcome.UNKNOWN,
    StepState.IN_FLIGHT: Outcome.UNKNOWN,
}


def outcome_of(decision: str, steps: tuple[str, ...], records: tuple[StepRecord, ...]) -> Outcome:
    """The outcome of one row. Says the same as `schema.ROW_OUTCOME`; a test holds the two together."""
    if decision in OUTCOME_OF_DECISION:
        return OUTCOME_OF_DECISION[decision]
    if records and records[-1].state is StepState.DONE and len(records) == len(steps):
        return Outcome.DONE
    return (
        OUTCOME_OF_STATE.get(records[-1].state, Outcome.NOT_ATTEMPTED) if records else Outcome.NOT_ATTEMPTED
    )
