"""The CSV report of a large run, row by row, with a short way for rows that are done.

It says what `csv.py` says, cell for cell; a test holds the two together.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TextIO

from bulkreset.clock import iso
from bulkreset.ledger.read import ReportRow
from bulkreset.ledger.states import Outcome
from bulkreset.ledger.walk import DoneRow
from bulkreset.reporting.base import COLUMNS
from bulkreset.reporting.csv import FORMULA_STARTS, defused, extra_names

MICROSECONDS = 1_000_000
STARTS = frozenset(FORMULA_STARTS)

Watch = Callable[[ReportRow | DoneRow], Mapping[str, str | int]]
"""Is shown every row, and gives the cells of one that is not done."""


def write_rows(
    rows: Iterable[ReportRow | DoneRow],
    extra_columns: Sequence[str],
    file: TextIO,
    watch: Watch,
) -> None:
    """Write the rows as they go by."""
    extras = extra_names(extra_columns, COLUMNS)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *(defused(name) for name in extras)])
    writer.writerows(_lines(rows, len(extras), watch))


def _lines(rows: Iterable[ReportRow | DoneRow], extras: int, watch: Watch) -> Iterator[list[object]]:
    for row in rows:
        told = watch(row)
        if isinstance(row, DoneRow):
            line = _done(row)
        else:
            line = [defused(value) for value in (*told.values(), *row.extras)]
        missing = len(COLUMNS) + extras - len(line)
        yield [*line, *[""] * missing] if missing else line


def _done(row: DoneRow) -> list[object]:
    number, identifier, username, reason, steps, _, attempts, started_at, finished_at, request_ids, _ = row
    return [
        number,
        identifier if identifier[:1] not in STARTS else defused(identifier),
        username if username[:1] not in STARTS else defused(username),
        "do",
        reason,
        steps,
        Outcome.DONE.value,
        "",
        "",
        attempts,
        _iso(started_at),
        _iso(finished_at),
        defused(request_ids),
        *(map(defused, row.extra_cells) if row.extras else ()),
    ]


def _iso(moment: float | None) -> str:
    """As `clock.iso` says it; many moments share a second."""
    if moment is None:
        return ""
    whole = int(moment)
    micros = round((moment - whole) * MICROSECONDS)
    if not 0 <= micros < MICROSECONDS:
        return iso(moment)
    return f"{_second(whole)}.{micros // 1000:03d}Z"


@lru_cache(maxsize=4096)
def _second(whole: int) -> str:
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
