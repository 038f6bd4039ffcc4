"""Runs to look at, carried out: believable ones of any size, slowed down, stopped, with a night between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

from plans import PLANNED_AT, plan_file

from bulkreset.flow.report import write_report
from bulkreset.ledger.connection import open_for_writing, open_read_only
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import PlannedRow, RunReader
from bulkreset.ledger.states import RunState, StepState

BEGAN = PLANNED_AT + 900
STEP_SECONDS = 0.4
RUNNER = {"user": "ada", "host": "desk-7", "pid": 4711}
CALLER = {"account_id": "123456789012", "caller": "arn:aws:sts::123456789012:assumed-role/reset/ada"}
NIGHT_SECONDS = 16 * 3600.0
BATCH = 5_000

QUOTAS = {
    "UserAccountRecovery": {"rate_per_second": 30.0, "source": "Service Quotas", "share": 0.5},
    "UserUpdate": {"rate_per_second": 25.0, "source": "Service Quotas", "share": 0.6},
}

FAILED = {
    3: (
        "InvalidParameterException",
        "Cannot reset password for the user as there is no registered/verified email.",
    ),
    57: ("UserNotFoundException", "User does not exist."),
    91: ("user-limit", "Attempt limit exceeded, please try after some time."),
}
"""Code and message of every so-manieth of 211 rows; others of them drifted or are unknown."""
DRIFTED, UNKNOWN, CYCLE = (20, 140), 77, 211


def run_file(path: Path, count: int, names: dict[int, str] | None = None, **plan: Any) -> Path:
    """A run of `count` rows, of which the last twentieth was not reached before a stop."""
    findings = [
        {
            "check": "token-lifetimes",
            "severity": "note",
            "title": "the last access token dies at most 1 hour after the user's sign-out (web)",
            "meaning": "",
            "advice": "",
        }
    ]
    plan_file(path, count, names, findings=findings, meta={"quotas": QUOTAS}, **plan)
    with closing(open_read_only(path)) as connection:
        rows = [row for row in RunReader(connection).planned_rows() if row.decision == "do"]
    with open_for_writing(path) as connection:
        _carry_out(Journal(connection), rows[: len(rows) * 19 // 20])
    return path


def _carry_out(journal: Journal, rows: list[PlannedRow]) -> None:
    journal.event(BEGAN - 40, "confirmed", {"digest": "7c4e", **RUNNER})
    journal.event(BEGAN - 1, "taken-up", {**RUNNER, **CALLER})
    journal.enter(RunState.RUNNING, BEGAN, RUNNER)
    times = list(_times(len(rows)))
    for first in range(0, len(rows), BATCH):
        batch = zip(rows[first : first + BATCH], times[first : first + BATCH], strict=True)
        journal.record([change for row, at in batch for change in _steps(row, at)], {})
    work = times[-1] - BEGAN - NIGHT_SECONDS
    counts = {("active_seconds", category): work for category in QUOTAS}
    calls = {("calls", name): len(rows) for name in ("AdminResetUserPassword", "AdminUserGlobalSignOut")}
    journal.record([], {**counts, **calls, ("throttled", "UserAccountRecovery"): 12})
    for at, kind, detail in sorted([*_events(times), *_waves(rows, times)], key=lambda event: event[0]):
        journal.event(at, kind, detail)
    journal.enter(RunState.STOPPED, times[-1] + 2, {"reason": "ada on desk-7 ordered a stop"})


def _times(count: int) -> Iterator[float]:
    """When each row was called: slower in the middle of the first day, and after an order."""
    at = BEGAN
    for number in range(count):
        part = number / count
        at += 1 / (9.0 if 0.25 <= part < 0.4 else 11.6 if part >= 0.8 else 14.6)
        yield at + NIGHT_SECONDS if part >= 0.6 else at


def _events(times: list[float]) -> Iterator[tuple[float, str, dict[str, Any]]]:
    def at(part: float) -> float:
        return times[int(part * len(times))]

    slow = {"category": "UserAccountRecovery", "granted_per_second": 15.0}
    throttled = "Cognito answered TooManyRequestsException: other callers use the quota too"
    yield at(0.25), "slowed-down", {**slow, "rate_per_second": 10.5, "reason": throttled}
    yield at(0.4), "back-at-grant", {**slow, "rate_per_second": 15.0, "reason": "nothing is in its way"}
    window = "the job's window opens at 06:00 (Europe/Berlin)"
    yield at(0.59) + 3, "paused", {"why": window, "until": at(0.61), "by": ""}
    yield at(0.59) + NIGHT_SECONDS, "running", {"after": window}
    shares = {"shares": {"UserAccountRecovery": 0.4}, "rates_per_second": {"UserAccountRecovery": 12.0}}
    yield at(0.8), "order-rate", {"order": "a1", "given_at": at(0.8) - 1, **RUNNER, **shares}


def _waves(rows: list[PlannedRow], times: list[float]) -> Iterator[tuple[float, str, dict[str, Any]]]:
    for (before, after), at in zip(pairwise(rows), times[1:], strict=True):
        if before.wave != after.wave:
            yield at - 0.02, "wave-over", {"wave": before.wave, "settled_by_this_runner": {}}
            yield at - 0.01, "wave-began", {"wave": after.wave, "settled_by_this_runner": {}}


def _steps(row: PlannedRow, at: float) -> Iterator[StepChange]:
    part = row.row % CYCLE
    steps = row.steps.split()
    if part in DRIFTED:
        yield StepChange(
            row.row, 0, steps[0], StepState.DRIFTED, 0, None, at, "", "drifted", "the user is disabled now"
        )
        return
    for ordinal, action in enumerate(steps):
        called = at + ordinal * STEP_SECONDS
        yield StepChange(row.row, ordinal, action, StepState.IN_FLIGHT, 1, called)
        is_reset = action == "reset-password"
        request = f"{row.row:08x}-{ordinal}717-4562-b3fc-{row.row * 2654435761 % 2**48:012x}"
        if is_reset and part in FAILED:
            yield StepChange(
                row.row, ordinal, action, StepState.FAILED, 1, called, called + 0.2, request, *FAILED[part]
            )
            return
        if is_reset and part == UNKNOWN:
            yield StepChange(
                row.row,
                ordinal,
                action,
                StepState.UNKNOWN,
                1,
                called,
                None,
                "",
                "cannot-tell",
                "no answer in 10 s",
            )
            return
        yield StepChange(row.row, ordinal, action, StepState.DONE, 1, called, called + 0.2, request)


def report_of(run: Path) -> Path:
    """The HTML page of a run, beside it."""
    path = run.with_suffix(".html")
    write_report(run, "html", path)
    return path
