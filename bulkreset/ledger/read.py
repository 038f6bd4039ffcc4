"""Reading a run file row by row: the plan, what is left to do, what became of each row."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby

from bulkreset.ledger.chain import Event
from bulkreset.ledger.faults import while_reading
from bulkreset.ledger.hindsight import Hindsight
from bulkreset.ledger.outcomes import LAST_ORDINAL, LAST_STEP, ROW_OUTCOME
from bulkreset.ledger.records import (
    PlannedRow,
    ReportRow,
    StepRecord,
    WorkRow,
    planned_row,
    report_row,
    work_row,
)
from bulkreset.ledger.standing import OPEN
from bulkreset.ledger.states import StepState
from bulkreset.ledger.walk import Walk
from bulkreset.planning.digest import DIGESTED_COLUMNS
from bulkreset.planning.summary import Group

__all__ = ["Event", "PlannedRow", "ReportRow", "RunReader", "StepRecord", "WorkRow"]

EXAMPLES = 3

WORK = (
    "SELECT plan.row, identifier, username, plan.steps, plan.state AS planned, contact, turn, wave, medium,"
    " last.* FROM "
)


class RunReader(Hindsight, Walk):
    """The contents of a run file. Works on a read-only connection as well as on the writing one.

    Every method raises Stopped where the file cannot be read, and Refused where it is damaged.
    """

    def digested_rows(self) -> Iterator[tuple[str | int, ...]]:
        """The plan rows as the digest takes them, sorted."""
        columns = ", ".join(DIGESTED_COLUMNS)
        return map(tuple, self._entries(f"SELECT {columns} FROM plan ORDER BY {columns}"))  # noqa: S608 - our names

    def groups(self) -> list[Group]:
        """The plan in groups of equal decision, reason, steps and medium, largest first."""
        found = list(
            self._entries(
                "SELECT decision, reason, steps, medium, count(*) AS rows, min(row) AS first FROM plan"
                " GROUP BY decision, reason, steps, medium"
                " ORDER BY rows DESC, decision, reason, steps, medium"
            )
        )
        return [
            Group(
                entry["decision"],
                entry["reason"],
                tuple(entry["steps"].split()),
                entry["rows"],
                self._examples(entry["first"]),
                entry["medium"],
            )
            for entry in found
        ]

    def _examples(self, first_row: int) -> tuple[str, ...]:
        found = self._entries(
            "SELECT plan.identifier || CASE WHEN plan.decision = 'block' AND plan.problem <> ''"
            " THEN ' (' || plan.problem || ')' ELSE '' END"
            " FROM plan JOIN plan AS first ON first.row = ?1 AND plan.row >= ?1"
            " AND (plan.decision, plan.reason, plan.steps, plan.medium)"
            " = (first.decision, first.reason, first.steps, first.medium) ORDER BY plan.row LIMIT ?2",
            (first_row, EXAMPLES),
        )
        return tuple(entry[0] for entry in found)

    def unsettled(self) -> list[WorkRow]:
        """Rows whose furthest step was sent, or may have been, and whose answer is not known."""
        return self._work(
            "steps AS last INDEXED BY steps_open CROSS JOIN plan ON plan.row = last.row"
            f" WHERE last.{OPEN} AND plan.decision = 'do' ORDER BY turn"
        )

    def backlog(self, after_turn: int, limit: int, last_wave: int) -> list[WorkRow]:
        """The next rows of the waves up to `last_wave` that have a step to be called, by turn.

        None of them is in flight or unknown.
        """
        return self._work(
            "plan LEFT JOIN steps AS last ON last.row = plan.row"  # noqa: S608 - our own names
            "  AND last.ordinal = (SELECT max(ordinal) FROM steps WHERE steps.row = plan.row)"
            f" WHERE (last.state IS NULL OR last.state = '{StepState.PENDING}'"
            f"  OR (last.state = '{StepState.DONE}' AND last.ordinal < {LAST_ORDINAL}))"
            " AND plan.decision = 'do' AND turn > ?1 AND wave <= ?3"
            # Waves follow each other, so that no turn of a later one has to be looked at.
            " AND turn <= (SELECT max(last_turn) FROM waves WHERE wave <= ?3)"
            " ORDER BY turn LIMIT ?2",
            (after_turn, limit, last_wave),
        )

    def _work(self, rest: str, values: tuple[int, ...] = ()) -> list[WorkRow]:
        found = list(self._entries(WORK + rest, values))
        with while_reading():
            return [work_row(entry) for entry in found]

    def planned_rows(self) -> Iterator[PlannedRow]:
        """Every manifest row as it was planned, in the manifest's order, one at a time."""
        for entry in self._entries(
            "SELECT plan.row, line, identifier, username, decision, reason, steps, medium, wave, state,"
            " problem, cells FROM plan LEFT JOIN extras ON extras.row = plan.row ORDER BY plan.row"
        ):
            with while_reading():
                row = planned_row(entry)
            yield row

    def report_rows(self) -> Iterator[ReportRow]:
        """Every manifest row, in the manifest's order, without holding more than one at a time."""
        found = self._entries(
            "SELECT plan.row AS number, identifier, username, decision, reason, plan.steps AS planned,"
            " problem, wave, kind, overrides, cells, s.* FROM plan"
            " LEFT JOIN extras ON extras.row = plan.row"
            " LEFT JOIN steps AS s ON s.row = plan.row ORDER BY plan.row, s.ordinal"
        )
        for _, entries in groupby(found, key=lambda entry: entry["number"]):
            with while_reading():
                row = report_row(list(entries))
            yield row

    def begun_rows(
        self, steps: Collection[str], extra_column: int | None
    ) -> Iterator[tuple[str | int | float | None, ...]]:
        """Every row of which a step was begun, in the manifest's order: quick, for a million of them.

        Row, kind, identifier, username, state before, steps, wave and outcome; action, state and time of the
        call of its furthest step among `steps`; and its cell of an extra column, by place.
        """
        marks = ", ".join("?" * len(steps))
        query = (
            "SELECT plan.row, plan.kind, plan.identifier, plan.username, plan.state, plan.steps, plan.wave,"  # noqa: S608 - our own names
            f" {ROW_OUTCOME} AS outcome, seen.action, seen.state, seen.called_at,"
            " json_extract(extras.cells, ?) FROM plan"
            f" JOIN ({LAST_STEP}) AS last ON last.row = plan.row"
            " LEFT JOIN (SELECT row, max(ordinal), action, state, called_at FROM steps"
            f"  WHERE action IN ({marks}) GROUP BY row) AS seen ON seen.row = plan.row"
            " LEFT JOIN extras ON extras.row = plan.row"
            " ORDER BY plan.row"
        )
        place = "$" if extra_column is None else f"$[{extra_column}]"
        for entry in self._entries(query, (place, *steps)):
            yield (*tuple(entry)[:-1], entry[-1] if extra_column is not None else "")
