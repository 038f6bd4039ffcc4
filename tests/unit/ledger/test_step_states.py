"""Every change of a step's state that is not in the table is refused by the run file itself."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from factories import new_run, plan_row

from bulkreset.ledger.connection import open_for_writing
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.states import FIRST_STATES, TRANSITIONS, StepState

PATHS = {
    StepState.IN_FLIGHT: [StepState.IN_FLIGHT],
    StepState.PENDING: [StepState.IN_FLIGHT, StepState.PENDING],
    StepState.UNKNOWN: [StepState.IN_FLIGHT, StepState.UNKNOWN],
    StepState.DONE: [StepState.IN_FLIGHT, StepState.DONE],
    StepState.FAILED: [StepState.IN_FLIGHT, StepState.FAILED],
    StepState.DRIFTED: [StepState.DRIFTED],
}
"""A legal way to each state."""

PAIRS = list(itertools.product(StepState, StepState))


@pytest.fixture
def connection(tmp_path) -> Iterator[sqlite3.Connection]:
    path = new_run(tmp_path / "run.db", [plan_row(1), plan_row(2)])
    with open_for_writing(path) as connection:
        yield connection


def change(state: StepState, row: int = 1, ordinal: int = 0) -> StepChange:
    return StepChange(row, ordinal, "reset-password", state, attempts=1)


def states(connection: sqlite3.Connection) -> list[str]:
    return [entry[0] for entry in connection.execute("SELECT state FROM steps ORDER BY row, ordinal")]


def brought_to(connection: sqlite3.Connection, state: StepState) -> Journal:
    journal = Journal(connection)
    journal.record([change(step) for step in PATHS[state]], {})
    assert states(connection) == [state]
    return journal


@pytest.mark.parametrize(("old", "new"), sorted(TRANSITIONS))
def test_a_change_in_the_table_is_recorded(connection, old, new):
    brought_to(connection, old).record([change(new)], {})

    assert states(connection) == [new]


@pytest.mark.parametrize(("old", "new"), [pair for pair in PAIRS if pair not in TRANSITIONS])
def test_a_change_that_is_not_in_the_table_is_refused(connection, old, new):
    journal = brought_to(connection, old)

    with pytest.raises(sqlite3.IntegrityError, match="not a legal change"):
        journal.record([change(new)], {})

    assert states(connection) == [old]


@pytest.mark.parametrize(("old", "new"), [pair for pair in PAIRS if pair not in TRANSITIONS])
def test_a_change_by_hand_is_refused_alike(connection, old, new):
    brought_to(connection, old)

    with pytest.raises(sqlite3.IntegrityError, match="not a legal change"):
        connection.execute("UPDATE steps SET state = ?", (new.value,))


@pytest.mark.parametrize("state", sorted(FIRST_STATES))
def test_a_step_may_begin_in_a_first_state(connection, state):
    Journal(connection).record([change(state)], {})

    assert states(connection) == [state]


@pytest.mark.parametrize("state", sorted(set(StepState) - FIRST_STATES))
def test_a_step_cannot_begin_in_any_other_state(connection, state):
    with pytest.raises(sqlite3.IntegrityError, match="cannot begin"):
        Journal(connection).record([change(state)], {})

    assert states(connection) == []


def test_a_state_that_nobody_knows_is_refused(connection):
    brought_to(connection, StepState.IN_FLIGHT)

    with pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE steps SET state = 'lost'")
    with pytest.raises(sqlite3.IntegrityError):
        connection.execute(
            "INSERT INTO steps (row, ordinal, action, state, attempts) VALUES (2, 0, 'x', 'lost', 1)"
        )


def test_a_step_is_never_forgotten(connection):
    brought_to(connection, StepState.DONE)

    with pytest.raises(sqlite3.IntegrityError, match="never forgotten"):
        connection.execute("DELETE FROM steps")


def test_done_and_failed_and_drifted_are_final():
    final = {StepState.DONE, StepState.FAILED, StepState.DRIFTED}

    assert not [pair for pair in TRANSITIONS if pair[0] in final]


def test_an_unknown_step_is_never_drifted_away():
    """What may have been sent is accounted for as such, whatever the user looks like now."""
    assert (StepState.UNKNOWN, StepState.DRIFTED) not in TRANSITIONS
    assert (StepState.IN_FLIGHT, StepState.DRIFTED) not in TRANSITIONS


def test_every_state_can_be_reached():
    assert set(StepState) == FIRST_STATES | {new for _, new in TRANSITIONS}


def test_several_changes_of_one_step_are_taken_in_order(connection):
    steps = [StepState.IN_FLIGHT, StepState.PENDING, StepState.IN_FLIGHT, StepState.UNKNOWN, StepState.DONE]

    Journal(connection).record([change(state) for state in steps], {})

    assert states(connection) == [StepState.DONE]


def test_the_table_stands_in_the_file_itself(tmp_path):
    path = new_run(tmp_path / "run.db", [plan_row(1)])

    with closing(sqlite3.connect(path)) as plain:
        kept = set(plain.execute("SELECT old, new FROM transitions"))
        first = {entry[0] for entry in plain.execute("SELECT state FROM first_states")}

    assert kept == {(old.value, new.value) for old, new in TRANSITIONS}
    assert first == {state.value for state in FIRST_STATES}
