"""A run's numbers are written at its start, every 15 seconds and at its end, and a full disk ends nothing."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from factories import new_run, plan_row
from prometheus_client.parser import text_string_to_metric_families

from bulkreset.clock import SystemClock, VirtualClock
from bulkreset.flow.measuring import EVERY_SECONDS, Measuring
from bulkreset.ledger.connection import lock_run, open_for_writing
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState, StepState
from bulkreset.settings.metrics import Metrics

PATIENCE_SECONDS = 30.0


@contextmanager
def measured(path, clock, **metrics):
    new_run(path, [plan_row(1), plan_row(2)], calls={"ListUsers": 3})
    with lock_run(path), open_for_writing(path) as connection:
        journal = Journal(connection)
        journal.enter(RunState.RUNNING, 1.0, {})
        yield journal, Measuring(RunReader(connection), path, Metrics(**metrics), clock)


def leave(measuring, clock):
    measuring.end()
    measuring.leave(clock.monotonic() + PATIENCE_SECONDS)


def times(path):
    return sorted({json.loads(line)["_aws"]["Timestamp"] for line in path.read_text().splitlines()})


def test_they_are_written_at_the_start_every_15_seconds_and_at_the_end(tmp_path):
    clock, emf = VirtualClock(0.0), tmp_path / "emf.log"
    with measured(tmp_path / "a.run", clock, emf=emf) as (_, measuring):
        for _ in range(70):
            measuring.look()
            clock.sleep(0.5)
            measuring._background.wait(PATIENCE_SECONDS)
        leave(measuring, clock)
    assert EVERY_SECONDS == 15
    assert times(emf) == [0, 15_000, 30_000, 35_000]


def test_progress_is_when_a_row_came_to_its_end(tmp_path):
    clock, prom = VirtualClock(100.0), tmp_path / "a.prom"

    def progressed_at():
        families = text_string_to_metric_families(prom.read_text())
        values = {family.name: family.samples[0].value for family in families if family.samples}
        return values["bulkreset_last_progress_timestamp_seconds"]

    with measured(tmp_path / "a.run", clock, textfile=prom) as (journal, measuring):
        for settled in (None, 1, None):
            if settled:
                changes = [
                    StepChange(settled, 0, "reset-password", StepState.IN_FLIGHT, 1),
                    StepChange(settled, 0, "reset-password", StepState.FAILED, 1, error_code="NotAuthorized"),
                ]
                journal.record(changes, {("calls", "AdminResetUserPassword"): 1})
            measuring.look()
            measuring._background.wait(PATIENCE_SECONDS)
            clock.sleep(EVERY_SECONDS)
        assert progressed_at() == 115.0
        leave(measuring, clock)
        assert progressed_at() == 115.0


@pytest.mark.parametrize("name", ["textfile", "emf"])
def test_a_file_that_cannot_be_written_is_told_once_and_ends_nothing(tmp_path, name):
    clock, missing = SystemClock(), tmp_path / "none" / "a.prom"
    other = {"textfile": "emf", "emf": "textfile"}[name]
    written = tmp_path / "b.prom"
    with measured(tmp_path / "a.run", clock, **{name: missing, other: written}) as (_, measuring):
        measuring.look()
        leave(measuring, clock)
        (failing,) = measuring.failings()
        assert (failing.kind, failing.why) == ("not-measured", "No such file or directory")
        assert measuring.failings() == []
    assert written.read_text()


def test_a_file_that_hangs_holds_up_no_run(tmp_path, monkeypatch):
    clock = VirtualClock()
    with measured(tmp_path / "a.run", clock, emf=tmp_path / "emf.log") as (_, measuring):
        monkeypatch.setattr(measuring._background, "wait", lambda seconds: seconds < 0)
        measuring.end()
        measuring.leave(clock.monotonic())
        assert [failing.why for failing in measuring.failings()] == ["not written by the end of the run"]
