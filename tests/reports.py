"""Reports as writers get them, made by hand, and what a writer makes of them."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from bulkreset.ledger.read import Event, ReportRow, StepRecord
from bulkreset.ledger.states import Outcome, StepState
from bulkreset.reporting.base import Report
from bulkreset.reporting.registry import writers

RESET = ("reset-password", "sign-out")
BEGAN = 1_700_000_000.0

NASTY = "a\0b\x1fc\ufffe ]]> &lol9; <r>x</r> \ud800 ünder _x0041_ ☃"
"""What YAML, though not CSV, can have in a manifest, and more."""


def report_row(number: int = 1, outcome: Outcome = Outcome.DONE, **changes: Any) -> ReportRow:
    """A row of user ada that ended so; in wave 1 if it was to be done."""
    decisions = {Outcome.SKIPPED: "skip", Outcome.BLOCKED: "block", Outcome.INVALID: "invalid"}
    decision = decisions.get(outcome, "do")
    values: dict[str, Any] = {
        "row": number,
        "identifier": "ada@example.com",
        "username": "ada",
        "decision": decision,
        "reason": "ready" if decision == "do" else outcome.value,
        "steps": RESET if decision == "do" else (),
        "problem": "",
        "outcome": outcome,
        "records": (),
        "extras": (),
        "wave": 1 if decision == "do" else 0,
        "kind": "email",
        "overrides": "",
    }
    return ReportRow(**values | changes)


def step_record(
    state: StepState, code: str = "", message: str = "", ordinal: int = 0, seconds: float = 0.25
) -> StepRecord:
    return StepRecord(
        ordinal, RESET[ordinal], state, 1, BEGAN, BEGAN, BEGAN + seconds, "request-1", code, message
    )


def report(rows: Iterable[ReportRow] = (), *extra_columns: str, **changes: Any) -> Report:
    rows = list(rows)
    outcomes = {one.value: sum(row.outcome is one for row in rows) for one in Outcome}
    status = {
        "run": "runs/a.run",
        "state": "finished",
        "digest": "d" * 64,
        "goal": "force-reset",
        "rows": {"total": len(rows)},
        "outcomes": outcomes,
    }
    events = [Event(1, BEGAN - 60, "planned", {}, ""), Event(2, BEGAN, "running", {}, "")]
    events.append(Event(3, BEGAN + 9, "finished", {}, ""))
    values: dict[str, Any] = {"status": status, "reason": "INC-4711", "extra_columns": extra_columns}
    return Report(**values | {"rows": iter(rows), "events": iter(events)} | changes)


def written(name: str, told: Report) -> bytes:
    """What a writer makes of a report."""
    writer = writers()[name]
    if writer.is_binary:
        file = io.BytesIO()
        writer.write(told, file)
        return file.getvalue()
    raw = io.BytesIO()
    text = io.TextIOWrapper(raw, encoding="utf-8", newline="")
    writer.write(told, text)
    text.flush()
    return raw.getvalue()
