"""The journal: each record is one transaction, whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from factories import new_run, plan_row

from bulkreset.errors import Stopped
from bulkreset.ledger.connection import open_for_writing, open_read_only
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState, StepState

ROWS = 500


@pytest.fixture
def path(tmp_path):
    return new_run(tmp_path / "run.db", [plan_row(number) for number in range(1, ROWS + 1)])


def intent(row: int, **changes) -> StepChange:
    values = {"ordinal": 0, "action": "reset-password", "state": StepState.IN_FLIGHT, "attempts": 1}
    return StepChange(row, **values | changes)


def test_everything_about_a_step_is_kept(path):
    first = intent(1, called_at=100.5)
    last = intent(
        1,
        state=StepState.UNKNOWN,
        attempts=3,
        called_at=200.5,
        finished_at=201.5,
        request_id="r-1",
        error_code="ReadTimeoutError",
        error_message="no answer in 10 s",
    )
    with open_for_writing(path) as connection:
        Journal(connection).record([first, last], {})
        (work,) = RunReader(connection).unsettled()

    assert work.last.started_at == 100.5, "of the first try"
    assert work.last.called_at == 200.5, "of the last try"
    assert work.last.finished_at == 201.5
    assert work.last.attempts == 3
    assert (work.last.request_id, work.last.error_code) == ("r-1", "ReadTimeoutError")
    assert work.last.error_message == "no answer in 10 s"
    assert work.last.action == "reset-password"


def test_counters_add_up_by_kind_and_name(path):
    with open_for_writing(path) as connection:
        journal, reader = Journal(connection), RunReader(connection)
        journal.record([], {("calls", "ListUsers"): 2, ("throttled", "UserList"): 1})
        journal.record([], {("calls", "ListUsers"): 3, ("calls", "AdminGetUser"): 1})

        assert reader.counters("calls") == {"ListUsers": 5, "AdminGetUser": 1}
        assert reader.counters("throttled") == {"UserList": 1}
        assert reader.counters("nothing") == {}


def test_events_are_kept_in_order_with_the_state_of_the_run(path):
    with open_for_writing(path) as connection:
        journal, reader = Journal(connection), RunReader(connection)
        journal.enter(RunState.RUNNING, 1.0, {"pid": 7})
        journal.event(2.0, "slowed-down", {"reason": "„too much“"})
        journal.enter(RunState.FINISHED, 2.0, {})

        assert [(event.at, event.kind, event.detail) for event in reader.events(after_id=1)] == [
            (1.0, "running", {"pid": 7}),
            (2.0, "slowed-down", {"reason": "„too much“"}),
            (2.0, "finished", {}),
        ]
        assert reader.meta("state") == "finished"


def test_an_event_brings_what_changes_of_the_run_with_it_or_nothing(path):
    with open_for_writing(path) as connection:
        journal, reader = Journal(connection), RunReader(connection)
        journal.event(1.0, "wave-over", {"wave": 1}, {"waves_open": {"wave": 1, "finished_at": 1.5}})
        journal.enter(RunState.PAUSED, 2.0, {}, {"hold": {"why": "„lunch“"}})
        journal.keep({"control_read": 120})
        journal.keep({"hold": None})

        assert reader.meta("waves_open") == {"wave": 1, "finished_at": 1.5}
        assert (reader.meta("state"), reader.meta("control_read"), reader.meta("hold")) == (
            "paused",
            120,
            None,
        )
        assert [event.kind for event in reader.events()] == ["planned", "wave-over", "paused"]

        with pytest.raises(sqlite3.IntegrityError, match="sealed"):
            journal.event(3.0, "edited", {}, {"control_read": 130, "digest": "another"})

        assert reader.meta("control_read") == 120
        assert len(list(reader.events())) == 3


def test_a_change_of_a_step_that_was_not_begun_is_refused(path):
    with open_for_writing(path) as connection:
        journal = Journal(connection)
        journal.record([intent(1)], {})

        for change in (
            intent(2, state=StepState.DONE),
            intent(1, action="sign-out", state=StepState.DONE),
            intent(1, ordinal=1, action="sign-out"),
            intent(1, ordinal=-1),
            intent(ROWS + 1),
        ):
            with pytest.raises(sqlite3.IntegrityError, match="cannot begin"):
                journal.record([change], {})

        assert [work.row for work in RunReader(connection).unsettled()] == [1]


def test_one_refused_change_leaves_nothing_of_its_record(path):
    with open_for_writing(path) as connection:
        journal, reader = Journal(connection), RunReader(connection)
        with pytest.raises(sqlite3.IntegrityError):
            journal.record(
                [intent(1), intent(2, state=StepState.DONE), intent(3)], {("calls", "ListUsers"): 1}
            )

        assert reader.unsettled() == []
        assert reader.counters("calls") == {}

        journal.record([intent(1)], {})
        assert [work.row for work in reader.unsettled()] == [1], "and the journal goes on"


def test_a_full_disk_stops_the_run_with_nothing_half_written(path):
    changes = [intent(row, error_message="x" * 2000) for row in range(1, ROWS + 1)]
    with open_for_writing(path) as connection:
        journal, reader = Journal(connection), RunReader(connection)
        journal.record([intent(1)], {("calls", "ListUsers"): 1})
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 3}")

        with pytest.raises(Stopped, match=r"cannot be written \(database or disk is full\)") as stopped:
            journal.record(changes[1:], {("calls", "ListUsers"): 1})

        assert "bulkreset resume" in str(stopped.value)
        assert [work.row for work in reader.unsettled()] == [1]
        assert reader.counters("calls") == {"ListUsers": 1}

        connection.execute("PRAGMA max_page_count = 1000000")
        journal.record(changes[1:], {})
        assert len(reader.unsettled()) == ROWS, "and with room again it goes on"


def test_a_full_disk_stops_events_too(path):
    with open_for_writing(path) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

        with pytest.raises(Stopped):
            Journal(connection).enter(RunState.STOPPED, 1.0, {"reason": "x" * 50_000})

        assert RunReader(connection).meta("state") == "planned"
        assert [event.kind for event in RunReader(connection).events()] == ["planned"]


def test_a_file_that_became_read_only_stops_the_run(path):
    with closing(open_read_only(path)) as connection:
        with pytest.raises(Stopped, match="readonly"):
            Journal(connection).record([intent(1)], {})

        assert RunReader(connection).unsettled() == []


def test_a_file_that_somebody_else_writes_stops_the_run(path):
    with open_for_writing(path) as connection, closing(sqlite3.connect(path, isolation_level=None)) as other:
        connection.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(Stopped, match="locked"):
            Journal(connection).record([intent(1)], {})

        other.execute("ROLLBACK")
        Journal(connection).record([intent(1)], {})


def test_a_stop_can_be_resumed():
    assert Stopped.exit_code == 4


def test_what_is_recorded_is_there_for_others_at_once(path):
    with open_for_writing(path) as connection:
        Journal(connection).record([intent(1)], {})

        with closing(open_read_only(path)) as reading:
            assert [work.row for work in RunReader(reading).unsettled()] == [1]
