"""The CSV report of a large run, row by row, with a short way for rows that are done.

It says what `csv.py` says, cell for cell; a test holds the two together.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TextIO

from bulkreset.clock import iso
from bulkreset.ledger.read import ReportRow
from bulkreset.ledger.walk import DoneRow
from bulkreset.reporting.base import COLUMNS
from bulkreset.reporting.csv import FORMULA_STARTS, defused, extra_names

LINE_END = "\r\n"
MILLISECONDS = tuple(f".{number:03d}Z" for number in range(1000))
HALF_A_MICROSECOND = 0.0005
"""In milliseconds: `clock.iso` rounds to microseconds, and leaves out what is less than a millisecond."""

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
    writer = csv.writer(file, lineterminator=LINE_END)
    writer.writerow([*COLUMNS, *(defused(name) for name in extras)])
    width = len(COLUMNS) + len(extras)
    for row in rows:
        told = watch(row)
        if isinstance(row, DoneRow):
            line = _done(row)
        else:
            line = [str(defused(value)) for value in (*told.values(), *row.extras)]
        line += [""] * (width - len(line))
        joined = ",".join(line)
        # The writer looks at every sign by itself, and most lines have nothing to be quoted.
        if joined.count(",") >= width or '"' in joined or "\r" in joined or "\n" in joined:
            writer.writerow(line)
        else:
            file.write(joined + LINE_END)


def _done(row: DoneRow) -> list[str]:
    number, identifier, username, reason, steps, _, attempts, started_at, finished_at, request_ids, _ = row
    line = [
        str(number),
        identifier if identifier[:1] not in STARTS else str(defused(identifier)),
        username if username[:1] not in STARTS else str(defused(username)),
        "do",
        reason,
        steps,
        "done",
        "",
        "",
        str(attempts),
        _iso(started_at),
        _iso(finished_at),
        request_ids if request_ids[:1] not in STARTS else str(defused(request_ids)),
    ]
    return line + [str(defused(cell)) for cell in row.extra_cells] if row.extras else line


def _iso(moment: float | None) -> str:
    """As `clock.iso` says it; many moments share a second."""
    if moment is None:
        return ""
    whole = int(moment)
    milliseconds = int((moment - whole) * 1000 + HALF_A_MICROSECOND)
    return _second(whole) + MILLISECONDS[milliseconds] if milliseconds < len(MILLISECONDS) else iso(moment)


@lru_cache(maxsize=4096)
def _second(whole: int) -> str:
    return datetime.fromtimestamp(whole, UTC).strftime("%Y-%m-%dT%H:%M:%S")
