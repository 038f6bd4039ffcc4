"""What an order or a mark leaves behind for the next runner, however the one that took it ended."""

from __future__ import annotations

import pytest
from factories import user
from fakes import TOLERANT, Rehearsal, a_job

from bulkreset.control.channel import Channel
from bulkreset.control.orders import Order, OrderKind
from bulkreset.errors import Stopped, StoppedOnSchedule
from bulkreset.flow.taking_up import taking_up
from bulkreset.ledger.connection import open_read_only
from bulkreset.ledger.read import RunReader


def people(count):
    return [user(f"user-{number}") for number in range(count)]


def give(run, kind):
    by = {"user": "jane", "host": "desk"}
    Channel(run.path).give(Order(kind.value, 0.0, kind, by, {}))


def ordered_at(run, moments):
    """Has orders given at these moments of the run's clock."""
    left = dict(moments)

    def observe(_notebook):
        for moment in [moment for moment in left if run.clock.monotonic() >= moment]:
            give(run, left.pop(moment))

    run._observe = observe


@pytest.mark.parametrize("kind", [OrderKind.STOP, OrderKind.PAUSE])
def test_an_order_outlives_a_runner_that_a_signal_ends_while_calls_drain(tmp_path, kind):
    run = Rehearsal(tmp_path / "run.db", people(300), "reset-password", latency_seconds=5.0, capacity=32)
    ordered_at(run, {6.0: kind})
    assert run.run(stop=lambda: run.clock.monotonic() > 7) is False
    sent = len(run.pool.outbox)

    run._observe = lambda _notebook: None
    with pytest.raises(Stopped, match="jane on desk"):
        run.run(by_itself=True)
    assert len(run.pool.outbox) == sent

    assert run.run() is True, "a person takes it up"


def test_continue_is_not_forgotten_where_the_window_has_closed_meanwhile(tmp_path):
    window = {"from": "22:00", "to": "22:14", "timezone": "UTC"}
    run = Rehearsal(
        tmp_path / "run.db",
        people(2000),
        "reset-password",
        job=a_job(max_failed=TOLERANT, window=window),
    )
    ordered_at(run, {5.0: OrderKind.PAUSE, 3000.0: OrderKind.CONTINUE})
    with pytest.raises(StoppedOnSchedule):
        run.run()

    with open_read_only(run.path) as connection:
        assert (RunReader(connection).meta("hold") or {}).get("kind") != "paused"


def test_a_file_that_paused_a_run_holds_it_no_longer_than_it_is_there(tmp_path):
    run = Rehearsal(tmp_path / "run.db", people(50), "reset-password")
    mark = run.path.with_name("run.db.pause")
    mark.touch()
    turns = iter(range(1000))
    assert run.run(stop=lambda: next(turns) > 20) is False
    assert run.pool.outbox == []

    with pytest.raises(Stopped, match=r"run\.db\.pause"):
        run.run(by_itself=True)
    mark.unlink()
    assert run.run(by_itself=True) is True


def test_orders_that_nobody_ran_for_are_in_the_run_with_who_gave_them(tmp_path):
    run = Rehearsal(tmp_path / "run.db", people(5), "reset-password")
    give(run, OrderKind.STOP)
    give(run, OrderKind.CONTINUE)
    assert run.run() is True
    with open_read_only(run.path) as connection:
        told = [(event.kind, event.detail) for event in RunReader(connection).events()]
    kinds = [kind for kind, _ in told]
    assert kinds[kinds.index("order-stop") :][:3] == ["order-stop", "order-continue", "taken-up"]
    detail = dict(told)["order-stop"]
    assert detail["user"]
    assert detail["given_at"] <= run.clock.now()
    assert run.run() is True
    with open_read_only(run.path) as connection:
        again = [event.kind for event in RunReader(connection).events()]
    assert again.count("order-stop") == 1, "an order is taken once"


def test_an_order_that_comes_while_a_runner_starts_is_for_that_runner(tmp_path):
    run = Rehearsal(tmp_path / "run.db", people(50), "reset-password")
    given_until = Channel(run.path).size()
    give(run, OrderKind.STOP)
    with open_read_only(run.path) as connection:
        taking = taking_up(RunReader(connection), run.path, given_until, by_itself=False)
    assert taking.kept["control_read"] == given_until
    orders, _ = Channel(run.path).read(given_until)
    assert [one.kind for one in orders] == [OrderKind.STOP]
