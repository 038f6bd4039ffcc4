"""The plan as one HTML page: the picture first, then every row. It opens from a disk, without a network."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from bulkreset.ledger.records import PlannedRow
from bulkreset.planning.reasons import INVALID
from bulkreset.preflight.base import Finding
from bulkreset.reporting.page.assemble import html_page
from bulkreset.reporting.page.drawing import pieces, scale
from bulkreset.reporting.page.packed import Kind, packed
from bulkreset.reporting.page.table import Table
from bulkreset.reporting.plan.base import PlanWriter, ToldPlan

MOST_ROWS = 1_000_000
"""A page with more would take a browser more memory than it has; the CSV has them all."""

SHOWN_DAYS = 31

STYLES = ("base.css", "page.css", "picture.css", "rows.css", "plan.css", "print.css")
SCRIPTS = (
    "visible.js",
    "columns.js",
    "matches.js",
    "grid.js",
    "details.js",
    "paper.js",
    "copy.js",
    "plan.js",
    "start.js",
)

LABELS = {
    "do": ("Changed", "carried out as described below"),
    "skip": ("Skipped", "already as wanted, or not concerned"),
    "block": ("Blocked", "cannot be changed safely, so nothing is done"),
    INVALID: ("Unusable", "the row of the list cannot be used"),
}
"""Each decision in a word and in a few."""


def _write(plan: ToldPlan, file: TextIO) -> None:
    course = plan.course
    rows = packed(islice(_rows(plan), MOST_ROWS))
    moments = [plan.origin.planned_at, course.finish, *(wave.end for wave in course.waves)]
    page = html_page(
        "plan.html",
        Path(__file__).parent / "sections",
        STYLES,
        SCRIPTS,
        plan=plan,
        labels=LABELS,
        groups=sorted(plan.groups, key=lambda group: list(LABELS).index(group.decision)),
        found=_found(plan.findings or ()),
        whole=pieces(plan.decisions, plan.total),
        pieces=pieces,
        scale=scale(moments),
        busiest_day=max((day.rows for day in course.days), default=0),
        shown_days=course.days[:SHOWN_DAYS],
        listed="selected" if plan.origin.selection else "listed",
        run=shlex.quote(plan.origin.run),
        table=Table(
            "Decision",
            "Reason",
            [(name, LABELS[name][0]) for name, rows in plan.decisions.items() if rows],
            plan.total,
        ),
        rows=rows,
        rows_left_out=max(0, plan.total - MOST_ROWS),
    )
    file.writelines(page)


def _found(findings: Iterable[Finding]) -> list[str]:
    """How many findings there are of each severity: `2 problems`."""
    counted = Counter(finding.severity for finding in findings)
    return [f"{count} {severity}{'s' * (count != 1)}" for severity, count in counted.items()]


def _rows(plan: ToldPlan) -> Iterator[tuple[int, str, str, Kind]]:
    for row in plan.rows:
        yield row.row, row.identifier, row.username, _kind(row)


def _kind(row: PlannedRow) -> Kind:
    """What a row shares with many others, in the order of plan.js."""
    return row.decision, row.reason, row.steps, row.medium, row.wave, row.state, row.problem


WRITER = PlanWriter("html", "one page with everything, to read, search and print", _write, is_for_files=True)
