"""The report as an Excel workbook, for people who look rows up: the counts, every row, what went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from bulkreset.clock import iso
from bulkreset.errors import InputError
from bulkreset.ledger.states import Outcome, RunState
from bulkreset.reporting.advice import advice_on, code_of
from bulkreset.reporting.base import COLUMNS, Report, ReportWriter, cells
from bulkreset.reporting.csv import extra_names
from bulkreset.reporting.workbook import COLUMNS_A_SHEET, COUNT, NUMBER, TEXT, Book, Value, workbook

WIDTHS = {
    "row": 9,
    "identifier": 32,
    "username": 38,
    "decision": 10,
    "reason": 22,
    "steps": 26,
    "outcome": 14,
    "error_code": 28,
    "error_message": 60,
    "attempts": 9,
    "started_at": 25,
    "finished_at": 25,
    "request_id": 38,
}
OWN_WIDTH = 20

SHADES: Mapping[Outcome, Mapping[str, object]] = {
    Outcome.DONE: {"bg_color": "#E8F1FA", "font_color": "#0A4F8A"},
    Outcome.FAILED: {"bg_color": "#FBE3D6", "font_color": "#8A2F00", "bold": True},
    Outcome.UNKNOWN: {"bg_color": "#FFF2CC", "font_color": "#6B4A00", "bold": True},
    Outcome.DRIFTED: {"bg_color": "#FFF2CC", "font_color": "#6B4A00"},
    Outcome.BLOCKED: {"bg_color": "#FCEFE5", "font_color": "#8A2F00"},
    Outcome.INVALID: {"bg_color": "#F5EBFA", "font_color": "#5F2C80"},
    Outcome.SKIPPED: {"bg_color": "#EEF1F4", "font_color": "#46525D"},
    Outcome.NOT_ATTEMPTED: {"font_color": "#46525D", "italic": True},
}
"""Beside the word, never in its place."""

OUTCOME_COLUMN = COLUMNS.index("outcome")
NUMBERS = ("row", "attempts")

AS_WANTED = (Outcome.DONE, Outcome.SKIPPED)


def _write(report: Report, file: BinaryIO) -> None:
    names = [*COLUMNS, *extra_names(report.extra_columns, COLUMNS)]
    if len(names) > COLUMNS_A_SHEET:
        raise InputError(
            f"a sheet of Excel has {COLUMNS_A_SHEET:,} columns and this report {len(names):,}; "
            "write --format csv or parquet"
        )
    with workbook(file) as book:
        _write_summary(book, report)
        counted = _write_rows(book, report, names)
        _write_errors(book, str(report.status["goal"]), counted)


def _write_summary(book: Book, report: Report) -> None:
    status = report.status
    began, ended = _times(report)
    told: list[tuple[str, Value]] = [
        ("run", status["run"]),
        ("goal", status["goal"]),
        ("reason", report.reason),
        ("digest", status["digest"]),
        ("state", status["state"]),
        ("began (UTC)", began),
        ("last event (UTC)", ended),
        ("rows", status["rows"]["total"]),
        *status["outcomes"].items(),
    ]
    sheet = book.table("Summary", ("what", "value"), (20, 80))
    for name, value in told:
        shade = SHADES[Outcome(name)] if name in set(Outcome) else {}
        sheet.add((name, value), {0: book.look({**TEXT, **shade}), 1: book.look(_plain_look(value))})


def _plain_look(value: Value) -> Mapping[str, object]:
    return COUNT if isinstance(value, int) else {**TEXT, "text_wrap": True}


def _times(report: Report) -> tuple[str, str]:
    """When the run first began and when the last thing happened to it."""
    began = ended = None
    for event in report.events:
        if began is None and event.kind == RunState.RUNNING:
            began = event.at
        ended = event.at
    return iso(began), iso(ended)


def _write_rows(book: Book, report: Report, names: list[str]) -> Counter[tuple[str, str]]:
    """Write every row, on as many sheets as it takes; how many ended as not wanted, by outcome and code."""
    widths = [WIDTHS.get(name, OWN_WIDTH) for name in names]
    looks = {
        outcome.value: {
            **{COLUMNS.index(name): book.look(NUMBER) for name in NUMBERS},
            OUTCOME_COLUMN: book.look({**TEXT, **shade}),
        }
        for outcome, shade in SHADES.items()
    }
    counted: Counter[tuple[str, str]] = Counter()
    sheets = 1
    sheet = book.table("Rows", names, widths)
    for row in report.rows:
        if sheet.is_full:
            sheet.finish()
            sheets += 1
            sheet = book.table(f"Rows {sheets}", names, widths)
        told = cells(row)
        sheet.add((*told.values(), *row.extras), looks[row.outcome.value])
        if row.outcome not in AS_WANTED:
            counted[row.outcome.value, code_of(told)] += 1
    sheet.finish()
    return counted


def _write_errors(book: Book, goal: str, counted: Counter[tuple[str, str]]) -> None:
    sheet = book.table(
        "Errors by code", ("rows", "outcome", "code", "means", "what to do"), (10, 14, 40, 60, 60)
    )
    wrapped = book.look({**TEXT, "text_wrap": True})
    for values, outcome in _errors(goal, counted):
        shade = book.look({**TEXT, **SHADES[Outcome(outcome)]})
        sheet.add(values, {0: book.look(COUNT), 1: shade, 3: wrapped, 4: wrapped})
    sheet.finish()


def _errors(goal: str, counted: Counter[tuple[str, str]]) -> Iterator[tuple[tuple[Value, ...], str]]:
    for (outcome, code), rows in counted.most_common():
        yield (rows, outcome, code, *advice_on(goal, outcome, code)), outcome


WRITER = ReportWriter(
    "xlsx",
    "an Excel workbook: the counts, every row with filters, errors by code with what to do",
    _write,
    is_binary=True,
)
