"""A run is followed by reading its file: how fast it is of late, what keeps it, and which errors came up."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from factories import new_run, plan_row

from bulkreset.cli.watch_waits import waits
from bulkreset.clock import VirtualClock
from bulkreset.flow.follow import follow
from bulkreset.ledger.connection import lock_run, open_for_writing
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.records import ErrorCount
from bulkreset.ledger.states import RunState, StepState

ROWS = 40
AT = 1_700_000_000.0


@pytest.fixture
def clock():
    return VirtualClock(AT)


@contextmanager
def under_way(path):
    """A run that somebody holds, and its journal."""
    rows = [plan_row(number, turn=number, wave=1, steps="reset-password") for number in range(1, ROWS + 1)]
    new_run(path, rows)
    with lock_run(path), open_for_writing(path) as connection:
        journal = Journal(connection)
        journal.enter(RunState.RUNNING, AT, {})
        yield journal


def settle(journal, rows, state=StepState.DONE, at=AT, **error):
    changes = [StepChange(row, 0, "reset-password", StepState.IN_FLIGHT, 1, at) for row in rows]
    changes += [StepChange(row, 0, "reset-password", state, 1, at, at, "", **error) for row in rows]
    journal.record(changes, {("calls", "AdminResetUserPassword"): len(rows)})


def test_rates_are_those_between_the_looks(tmp_path, clock):
    with under_way(tmp_path / "a.run") as journal:
        looks = follow(tmp_path / "a.run", 2.0, clock)
        assert next(looks).rows_per_second == 0.0
        settle(journal, range(1, 11))
        assert next(looks).calls_per_second == {"UserAccountRecovery": (5.0,)}
        settle(journal, range(11, 21))
        settle(journal, range(21, 31))
        seen = next(looks)
    assert seen.calls_per_second == {"UserAccountRecovery": (5.0, 10.0)}
    assert seen.rows_per_second == 7.5
    assert seen.seconds_left == pytest.approx(10 / 7.5)


def test_errors_come_latest_first_with_what_the_last_of_each_said(tmp_path, clock):
    with under_way(tmp_path / "a.run") as journal:
        gone = {"error_code": "UserNotFoundException"}
        settle(journal, [1], StepState.FAILED, AT, **gone, error_message="long ago")
        settle(journal, [3], StepState.FAILED, AT + 9, error_code="user-limit", error_message="too often")
        settle(journal, [2], StepState.FAILED, AT + 5, **gone, error_message="of late")
        settle(journal, [4], StepState.UNKNOWN, AT + 7, error_code="ReadTimeout")
        settle(journal, [5], StepState.DONE, AT + 9)
        seen = next(follow(tmp_path / "a.run", 1.0, clock))
    assert seen.errors == (
        ErrorCount("user-limit", 1, AT + 9),
        ErrorCount("ReadTimeout", 1, AT + 7),
        ErrorCount("UserNotFoundException", 2, AT + 5),
    )


def test_a_category_is_slow_until_it_is_back_or_another_runner_begins(tmp_path, clock):
    detail = {"rate_per_second": 10.0, "granted_per_second": 25.0, "reason": "TooManyRequests"}
    with under_way(tmp_path / "a.run") as journal:
        looks = follow(tmp_path / "a.run", 1.0, clock)
        for category in ("UserUpdate", "UserAccountRecovery"):
            journal.event(AT, "slowed-down", {**detail, "category": category})
        assert set(next(looks).slow) == {"UserUpdate", "UserAccountRecovery"}
        journal.event(AT, "back-at-grant", {**detail, "category": "UserUpdate"})
        assert set(next(looks).slow) == {"UserAccountRecovery"}
        journal.event(AT, "taken-up", {})
        assert next(looks).slow == {}


def test_a_run_that_yields_to_live_users_is_slow_until_it_does_no_more(tmp_path, clock):
    granted = {"granted_per_second": {"UserUpdate": 15.0}}
    with under_way(tmp_path / "a.run") as journal:
        looks = follow(tmp_path / "a.run", 1.0, clock)
        journal.event(AT, "live-traffic", {"rates_per_second": {"UserUpdate": 1.5}, **granted})
        assert list(waits(next(looks))) == ["UserUpdate at 1.5/s of 15/s: yields to the users who sign in"]
        journal.event(AT, "live-traffic", {"rates_per_second": {"UserUpdate": 15.0}, **granted})
        assert list(waits(next(looks))) == []


def test_the_last_look_is_at_a_run_that_nobody_runs(tmp_path, clock):
    with under_way(tmp_path / "a.run"):
        looks = follow(tmp_path / "a.run", 1.0, clock)
        assert next(looks).status["state"] == "running"
    assert [seen.status["state"] for seen in looks] == ["stopped"]
