"""The report as CSV, for spreadsheets and scripts."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import TextIO

from bulkreset.reporting.base import COLUMNS, Report, ReportWriter, cells

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def defused(value: object) -> object:
    """The value, with a leading apostrophe where a spreadsheet would run it as a formula.

    Plain numbers, phone numbers among them, are no formulas and stay as they are.
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS) and not PLAIN_NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _write(report: Report, file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\r\n")
    extras = extra_names(report.extra_columns, COLUMNS)
    writer.writerow([*COLUMNS, *(defused(name) for name in extras)])
    for row in report.rows:
        values = [*cells(row).values(), *row.extras]
        values += [""] * (len(COLUMNS) + len(extras) - len(values))
        writer.writerow([defused(value) for value in values])


def extra_names(extra_columns: Sequence[str], columns: Sequence[str]) -> list[str]:
    """The manifest's own columns; one that is named like one of `columns` gets a prefix."""
    taken = {*columns, *(name for name in extra_columns if name not in columns)}
    names = []
    for column in extra_columns:
        name = column
        while name in columns or (name != column and name in taken):
            name = f"manifest.{name}"
        taken.add(name)
        names.append(name)
    return names


WRITER = ReportWriter("csv", "one line per manifest row", _write)
