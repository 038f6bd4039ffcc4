"""The plan's rows as CSV, for spreadsheets and scripts."""

from __future__ import annotations

import csv
from typing import TextIO

from bulkreset.reporting.csv import defused, extra_names
from bulkreset.reporting.plan.base import COLUMNS, PlanWriter, ToldPlan, row_cells


def _write(plan: ToldPlan, file: TextIO) -> None:
    writer = csv.writer(file, lineterminator="\r\n")
    extras = extra_names(plan.extra_columns, COLUMNS)
    writer.writerow([*COLUMNS, *map(defused, extras)])
    for row in plan.rows:
        values = [*row_cells(row).values(), *row.extras]
        values += [""] * (len(COLUMNS) + len(extras) - len(values))
        writer.writerow(map(defused, values))


WRITER = PlanWriter("csv", "one line per manifest row", _write)
