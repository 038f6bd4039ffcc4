"""A quick walk over all rows of a large run.

Most rows of most runs are done, and of such a row little is still to be told: SQLite adds it up.
All others are read as `RunReader.report_rows` reads them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

from bulkreset.ledger.faults import while_reading
from bulkreset.ledger.progress import Progress
from bulkreset.ledger.records import ReportRow, report_row
from bulkreset.ledger.states import StepState

PLAN = (
    "SELECT plan.row, identifier, username, reason, plan.steps, wave, cells FROM plan"
    " LEFT JOIN extras ON extras.row = plan.row ORDER BY plan.row"
)
DONE = (
    "SELECT row, count(*), sum(attempts), min(started_at), max(finished_at),"  # noqa: S608 - our own names
    " group_concat(nullif(request_id, ''), ' ') FROM steps GROUP BY row"
    f" HAVING min(state = '{StepState.DONE}') ORDER BY row"
)
ONE = (
    "SELECT plan.row AS number, identifier, username, decision, reason, plan.steps AS planned,"
    " problem, wave, kind, overrides, cells, s.* FROM plan"
    " LEFT JOIN extras ON extras.row = plan.row LEFT JOIN steps AS s ON s.row = plan.row"
    " WHERE plan.row = ? ORDER BY s.ordinal"
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
        nothing = (0, 0, 0, None, None, None)
        done_steps = map(tuple, self._entries(DONE))
        done = next(done_steps, nothing)
        for row, identifier, username, reason, steps, wave, extras in self._entries(PLAN):
            if done[0] == row:
                _, count, attempts, started_at, finished_at, ids = done
                done = next(done_steps, nothing)
                if steps.count(" ") + 1 == count:
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
                    continue
            found = list(self._entries(ONE, (row,)))
            with while_reading():
                told = report_row(found)
            yield told
