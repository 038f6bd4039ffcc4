"""A quick walk over all rows of a large run.

Most rows of most runs are done, and of such a row little is still to be told: SQLite adds it up.
All others are read as `RunReader.report_rows` reads them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from bulkreset.ledger.faults import while_reading
from bulkreset.ledger.progress import Progress
from bulkreset.ledger.records import ReportRow, report_row
from bulkreset.ledger.states import StepState

COLUMNS = (
    "plan.row AS number, identifier, username, decision, reason, plan.steps AS planned, problem, wave, kind,"
    " overrides, cells"
)
PLAN = (
    f"SELECT {COLUMNS}, NULL AS ordinal FROM plan LEFT JOIN extras ON extras.row = plan.row"  # noqa: S608 - our own names
    " ORDER BY plan.row"
)
BEGUN = (
    f"SELECT row, min(state = '{StepState.DONE}') * count(*), sum(attempts), min(started_at),"  # noqa: S608 - our own names
    " max(finished_at), group_concat(nullif(request_id, ''), ' ') FROM steps GROUP BY row ORDER BY row"
)
ONE = (
    f"SELECT {COLUMNS}, s.* FROM plan LEFT JOIN extras ON extras.row = plan.row"  # noqa: S608 - our own names
    " JOIN steps AS s ON s.row = plan.row WHERE plan.row = ? ORDER BY s.ordinal"
)


class DoneRow(NamedTuple):
    """A row of which every step is done. `extras` are the manifest's other cells, as JSON, or None."""

    row: int
    identifier: str
    username: str
    reason: str
    steps: str
    wave: int
    attempts: int
    started_at: float | None
    finished_at: float | None
    request_ids: str
    extras: str | None

    @property
    def extra_cells(self) -> list[str]:
        with while_reading():
            return list(json.loads(self.extras)) if self.extras else []


class Walk(Progress):
    """The rows of a run file, each as little as can be."""

    def walk(self) -> Iterator[ReportRow | DoneRow]:
        """Every manifest row, in the manifest's order, all as they stood at one moment."""
        with while_reading():
            yield from self._walked()

    def _walked(self) -> Iterator[ReportRow | DoneRow]:
        nothing = (0, 0, 0, None, None, None)
        begun = self._connection.cursor()
        begun.row_factory = None
        begun.execute(BEGUN)
        row, done, attempts, started_at, finished_at, ids = next(begun, nothing)
        for plan in self._connection.execute(PLAN):
            number, identifier, username, _, reason, steps, _, wave, _, _, extras, _ = plan
            if number != row:
                yield _told([plan])
                continue
            if steps.count(" ") + 1 == done:
                yield DoneRow(
                    row,
                    identifier,
                    username,
                    reason,
                    steps,
                    wave,
                    attempts,
                    started_at,
                    finished_at,
                    ids or "",
                    extras,
                )
            else:
                yield _told(list(self._entries(ONE, (row,))))
            row, done, attempts, started_at, finished_at, ids = next(begun, nothing)


def _told(entries: list[sqlite3.Row]) -> ReportRow:
    with while_reading():
        return report_row(entries)
