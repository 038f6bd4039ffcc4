"""Which rows stand on the page of a run, and how often each code came: found in one walk over all rows.

A page holds so many rows at most. Those that did not end as planned come first; where even they are too
many, the first of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from bulkreset.ledger.read import ReportRow
from bulkreset.ledger.states import Outcome
from bulkreset.ledger.walk import DoneRow
from bulkreset.reporting.advice import code_of
from bulkreset.reporting.base import cells
from bulkreset.reporting.page.packed import Kind, packed

MOST_ROWS = 50_000
MOST_BYTES = 2_600_000
"""Of packed rows, where there are more of them than `MOST_ROWS`: a page is to be under 3 MB."""

RANKS = (
    (Outcome.FAILED, Outcome.UNKNOWN, Outcome.DRIFTED),
    (Outcome.BLOCKED, Outcome.INVALID),
    (Outcome.NOT_ATTEMPTED,),
    (Outcome.DONE, Outcome.SKIPPED),
)
RANK_OF = {outcome: rank for rank, outcomes in enumerate(RANKS) for outcome in outcomes}


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row as the page has it. `kind` is what it shares with others, in the order of run.js."""

    row: int
    identifier: str
    username: str
    kind: Kind
    finished_at: int | None
    request_id: str


@dataclass(slots=True)
class Sorting:
    """The rows that were walked so far. `codes` are those that are not done, by outcome and code."""

    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    done: int = 0
    _kept: tuple[list[ShownRow], ...] = field(default_factory=lambda: tuple([] for _ in RANKS))

    @property
    def walked(self) -> int:
        return self.done + self.codes.total()

    def note(self, row: ReportRow | DoneRow) -> Mapping[str, str | int]:
        """Count a row, and keep it if the page may have room for it; its cells, where they had to be made."""
        if isinstance(row, DoneRow):
            self.done += 1
            if self.done <= MOST_ROWS:
                self._kept[-1].append(_done(row))
            return {}
        told = cells(row)
        code = code_of(told)
        self.codes[row.outcome.value, code] += 1
        kept = self._kept[RANK_OF[row.outcome]]
        if len(kept) < MOST_ROWS:
            kept.append(_shown(row, code, str(told["error_message"])))
        return told

    def packed(self) -> tuple[int, str]:
        """How many rows stand on the page, and they themselves as `packed` makes them."""
        ranked = [row for kept in self._kept for row in kept][:MOST_ROWS]
        text = _packed(ranked)
        while self.walked > MOST_ROWS and len(text) > MOST_BYTES:
            ranked = ranked[: int(0.97 * len(ranked) * MOST_BYTES / len(text))]
            text = _packed(ranked)
        return len(ranked), text


def _packed(rows: list[ShownRow]) -> str:
    rows = sorted(rows, key=lambda row: row.row)
    return packed(
        ((row.row, row.identifier, row.username, row.kind) for row in rows),
        {
            "finished": [row.finished_at for row in rows],
            "request": [row.request_id for row in rows],
        },
    )


def _done(row: DoneRow) -> ShownRow:
    # Request ids of all that are done would be most of the page; the other formats have them.
    kind: Kind = (Outcome.DONE.value, "", "", "do", row.reason, row.steps, row.attempts, row.wave)
    return ShownRow(row.row, row.identifier, row.username, kind, _second(row.finished_at), "")


def _shown(row: ReportRow, code: str, message: str) -> ShownRow:
    kind: Kind = (
        row.outcome.value,
        code,
        message,
        row.decision,
        row.reason,
        " ".join(row.steps),
        sum(record.attempts for record in row.records),
        row.wave,
    )
    finished = [record.finished_at for record in row.records if record.finished_at is not None]
    ids = " ".join(record.request_id for record in row.records if record.request_id)
    return ShownRow(row.row, row.identifier, row.username, kind, _second(max(finished, default=None)), ids)


def _second(moment: float | None) -> int | None:
    return None if moment is None else round(moment)
