"""Which rows stand on the page of a run, and how often each code came: found in one walk over all rows.

A page holds so many rows at most. Those that did not end as planned come first; where even they are too
many, the first of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bulkreset.ledger.read import ReportRow
from bulkreset.ledger.states import Outcome
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
    """The rows that were walked so far."""

    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    walked: int = 0
    _kept: tuple[list[ShownRow], ...] = field(default_factory=lambda: tuple([] for _ in RANKS))

    def watching(self, rows: Iterable[ReportRow]) -> Iterator[ReportRow]:
        """The rows themselves, each noted as it goes by."""
        for row in rows:
            self._note(row)
            yield row

    def _note(self, row: ReportRow) -> None:
        self.walked += 1
        kept = self._kept[RANK_OF[row.outcome]]
        is_kept = len(kept) < MOST_ROWS
        if row.outcome is Outcome.DONE:
            self.codes[row.outcome, row.outcome] += 1
            if is_kept:
                kept.append(_shown(row, "", ""))
            return
        told = cells(row)
        code = code_of(told)
        self.codes[row.outcome, code] += 1
        if is_kept:
            kept.append(_shown(row, code, str(told["error_message"])))

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


def _shown(row: ReportRow, code: str, message: str) -> ShownRow:
    finished = [record.finished_at for record in row.records if record.finished_at is not None]
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
    # Of those that are done they would be most of the page; the other formats have them.
    called = () if row.outcome is Outcome.DONE else row.records
    ids = " ".join(record.request_id for record in called if record.request_id)
    finished_at = round(max(finished)) if finished else None
    return ShownRow(row.row, row.identifier, row.username, kind, finished_at, ids)
