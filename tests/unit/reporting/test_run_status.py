"""The status object and the exit code: the contract that scripts rely on."""

from __future__ import annotations

import itertools
from contextlib import closing

import pytest
from factories import POOL_ID, new_run, plan_row

from bulkreset.ledger.connection import lock_run, open_for_writing, open_read_only
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import Outcome, RunState, StepState
from bulkreset.reporting.status import exit_code, run_status


@pytest.fixture
def path(tmp_path):
    rows = [
        plan_row(1),
        plan_row(2),
        plan_row(3, decision="skip", reason="disabled", steps=""),
        plan_row(4, decision="block", reason="no-contact", steps=""),
        plan_row(5, decision="invalid", reason="invalid", steps="", problem="no"),
    ]
    environment = {
        "pool_id": POOL_ID,
        "quotas": {"share": 0.5, "UserAccountRecovery": {"share": 0.8, "rate_per_second": 50}},
    }
    return new_run(tmp_path / "run.db", rows, calls={"ListUsers": 4}, environment=environment)


def status(path):
    with closing(open_read_only(path)) as connection:
        return run_status(RunReader(connection), path)


def test_a_plan_has_the_status_of_the_contract(path):
    assert status(path) == {
        "run": str(path),
        "state": "planned",
        "digest": "d" * 64,
        "goal": "force-reset",
        "rows": {"total": 5, "do": 2, "skip": 1, "block": 1, "invalid": 1},
        "outcomes": {
            "done": 0,
            "failed": 0,
            "unknown": 0,
            "drifted": 0,
            "skipped": 1,
            "blocked": 1,
            "invalid": 1,
            "not-attempted": 2,
        },
        "calls": {"ListUsers": 4},
        "throttled": 0,
        "rate": {},
    }


def test_a_run_counts_calls_refusals_and_its_rate(path):
    with open_for_writing(path) as connection:
        Journal(connection).record(
            [
                StepChange(1, 0, "reset-password", StepState.IN_FLIGHT, 1),
                StepChange(1, 0, "reset-password", StepState.DONE, 1),
                StepChange(1, 1, "sign-out", StepState.IN_FLIGHT, 1),
                StepChange(1, 1, "sign-out", StepState.DONE, 1),
            ],
            {
                ("calls", "AdminResetUserPassword"): 300,
                ("calls", "ListUsers"): 3,
                ("throttled", "UserAccountRecovery"): 2,
                ("throttled", "UserUpdate"): 1,
                ("active_seconds", "UserAccountRecovery"): 10.0,
            },
        )

    found = status(path)

    assert found["outcomes"]["done"] == 1
    assert found["calls"] == {"AdminResetUserPassword": 300, "ListUsers": 7}
    assert found["throttled"] == 3
    assert found["rate"] == {"UserAccountRecovery": {"granted": 40.0, "used": 30.0}}


def test_a_category_that_was_active_for_no_time_has_no_rate(path):
    with open_for_writing(path) as connection:
        Journal(connection).record([], {("active_seconds", "UserUpdate"): 0.0})

    assert status(path)["rate"] == {"UserUpdate": {"granted": 12.5, "used": 0.0}}


def enter(path, *states):
    with open_for_writing(path) as connection:
        for state in states:
            Journal(connection).enter(state, 1.0, {"host": "elsewhere", "pid": 1})


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.PAUSED])
def test_a_run_is_running_while_somebody_holds_it(path, state):
    enter(path, state)
    with lock_run(path):
        assert status(path)["state"] == state.value


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.PAUSED])
def test_a_run_whose_runner_died_without_a_word_is_stopped(path, state):
    enter(path, state)
    assert status(path)["state"] == "stopped"


@pytest.mark.parametrize("state", [RunState.STOPPED, RunState.FINISHED])
def test_a_run_that_ended_says_how(path, state):
    enter(path, RunState.RUNNING, state)
    assert status(path)["state"] == state.value


EXIT_CODES = {
    Outcome.DONE: 0,
    Outcome.SKIPPED: 0,
    Outcome.FAILED: 1,
    Outcome.UNKNOWN: 1,
    Outcome.DRIFTED: 1,
    Outcome.BLOCKED: 1,
    Outcome.INVALID: 1,
}
"""Of a run that finished; a row that was not attempted is in none of these."""


def code_of(*present: Outcome, state: RunState = RunState.FINISHED) -> int:
    outcomes = {outcome.value: 3 * (outcome in present) for outcome in Outcome}
    return exit_code({"state": state.value, "outcomes": outcomes})


def test_the_table_knows_every_outcome_of_a_finished_run():
    assert EXIT_CODES.keys() == set(Outcome) - {Outcome.NOT_ATTEMPTED}


@pytest.mark.parametrize("outcome", EXIT_CODES)
def test_an_outcome_by_itself_has_its_exit_code(outcome):
    assert code_of(outcome) == EXIT_CODES[outcome]


def test_of_several_outcomes_the_worst_decides():
    for first, second in itertools.combinations(EXIT_CODES, 2):
        assert code_of(first, second) == max(EXIT_CODES[first], EXIT_CODES[second]), (first, second)


@pytest.mark.parametrize("outcome", Outcome)
def test_a_run_that_was_stopped_can_be_resumed_whatever_became_of_its_rows(outcome):
    assert code_of(outcome, Outcome.NOT_ATTEMPTED, state=RunState.STOPPED) == 4


def test_a_run_of_nothing_is_done():
    assert code_of() == 0
