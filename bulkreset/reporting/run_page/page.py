"""The page of a run, put together."""

from __future__ import annotations

import io
import shlex
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bulkreset.ledger.states import Outcome, StepState
from bulkreset.reporting.advice import advice_on
from bulkreset.reporting.background_gzip import BackgroundGzip
from bulkreset.reporting.base import Report
from bulkreset.reporting.course import RunCourse
from bulkreset.reporting.events import event_words
from bulkreset.reporting.page.assemble import html_page
from bulkreset.reporting.page.drawing import pieces
from bulkreset.reporting.page.table import Table
from bulkreset.reporting.quick_csv import write_rows
from bulkreset.reporting.run_page.axis import axis_of
from bulkreset.reporting.run_page.exposure import exposure_of
from bulkreset.reporting.run_page.flows import ORDER, flow_of
from bulkreset.reporting.run_page.history import days_of, deeds_of, shown_events, waves_with_times
from bulkreset.reporting.run_page.pace import charts, limits_of
from bulkreset.reporting.run_page.rows import MOST_ROWS, Sorting
from bulkreset.reporting.run_page.slowdowns import reasons_of
from bulkreset.reporting.run_page.words import DECISIONS, DIFFERENCES, OUTCOMES

COMPRESSION, BUFFER = 1, 1 << 20

STYLES = ("base.css", "page.css", "picture.css", "rows.css", "run.css", "print.css")
SCRIPTS = (
    "visible.js",
    "columns.js",
    "matches.js",
    "grid.js",
    "details.js",
    "paper.js",
    "copy.js",
    "run.js",
    "start.js",
)


@dataclass(frozen=True, slots=True)
class Told:
    """Rows that ended alike, with what that means and what to do."""

    outcome: str
    code: str
    rows: int
    means: str
    todo: str


def pieces_of(report: Report) -> Iterator[str]:
    """The pieces of the page, in order. Where it cannot hold every row, the report's companion has them."""
    if report.course is None:
        raise ValueError("a page tells how a run went, and this report does not know")
    with ThreadPoolExecutor(1, "course") as pool:
        asked = pool.submit(report.course)
        sorting, companion = _walked(report)
        course = asked.result()
    shown, rows = sorting.packed()
    outcomes: Mapping[str, int] = report.status["outcomes"]
    events = list(report.events)
    told_events = shown_events(events)
    axis = axis_of((one.begin, one.begin + course.slice_seconds) for one in course.calls)
    last_calls = [stretch.end for stretch in axis.stretches] if axis else []
    reasons = reasons_of(events, last_calls)
    rates = report.status["rate"]
    return html_page(
        "report.html",
        Path(__file__).parent / "sections",
        STYLES,
        SCRIPTS,
        status=report.status,
        reason=report.reason,
        course=course,
        outcomes=outcomes,
        labels={outcome.value: told for outcome, told in OUTCOMES.items()},
        order=[outcome.value for outcome in ORDER],
        planned=DECISIONS,
        differences={outcome.value: told for outcome, told in DIFFERENCES.items()},
        flow=flow_of(outcomes),
        axis=axis,
        charts=charts(course, axis, limits_of(report.quotas, rates, events), rates, reasons) if axis else (),
        reasons=reasons,
        waves=waves_with_times(course.waves, events, last_calls[-1] if last_calls else None),
        days=days_of(course.messages),
        codes=list(_told(sorting, report.status["goal"])),
        steps=_steps(course),
        exposure=exposure_of(course, outcomes, sorting.codes),
        deeds=list(deeds_of(events)),
        events=[(event, list(event_words(event))) for event in told_events],
        events_left_out=len(events) - len(told_events),
        head=events[-1].hash if events else "",
        pieces=pieces,
        run=shlex.quote(course.origin.run),
        table=Table(
            "Outcome",
            "Code or reason",
            [(one.value, OUTCOMES[one][0]) for one in ORDER if outcomes.get(one)],
            shown,
        ),
        rows=rows,
        rows_left_out=sorting.walked - shown,
        companion=companion,
    )


def _walked(report: Report) -> tuple[Sorting, str]:
    """All rows, walked once, and the name of the file that they were written to, if they were."""
    sorting = Sorting()
    if report.status["rows"]["total"] <= MOST_ROWS or report.companion is None:
        for row in report.walk:
            sorting.note(row)
        return sorting, ""
    with (
        report.companion.open() as file,
        BackgroundGzip(file, COMPRESSION) as compressed,
    ):
        text = io.TextIOWrapper(io.BufferedWriter(compressed, BUFFER), encoding="utf-8", newline="")
        write_rows(report.walk, report.extra_columns, text, sorting.note)
        text.flush()
    return sorting, report.companion.name


def _told(sorting: Sorting, goal: str) -> Iterator[Told]:
    """What did not end as wanted, most rows first."""
    for (outcome, code), rows in sorting.codes.most_common():
        if outcome != Outcome.SKIPPED:
            yield Told(outcome, code, rows, *advice_on(goal, outcome, code))


def _steps(course: RunCourse) -> dict[str, dict[str, int]]:
    """How many steps of each action were planned, and how they stand."""
    found: dict[str, dict[str, int]] = {}
    for action, planned in course.planned_steps.items():
        states = {one.state.value: one.steps for one in course.steps if one.action == action}
        found[action] = {
            "planned": planned,
            "done": states.get(StepState.DONE, 0),
            "failed": states.get(StepState.FAILED, 0),
            "unknown": states.get(StepState.UNKNOWN, 0) + states.get(StepState.IN_FLIGHT, 0),
            "drifted": states.get(StepState.DRIFTED, 0),
        }
        found[action]["not-attempted"] = planned - sum(list(found[action].values())[1:])
    return found
