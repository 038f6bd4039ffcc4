"""Engines: threads that keep to a time, and virtual time that needs none."""

from __future__ import annotations

import threading

import pytest

from bulkreset.clock import SystemClock, VirtualClock
from bulkreset.execution.engine import ThreadEngine, VirtualEngine

SOON = 30.0
"""Much longer than anything here takes."""


def test_virtual_jobs_take_their_latency_and_come_in_the_order_of_their_time():
    clock = VirtualClock()
    engine = VirtualEngine(8, clock, latency_seconds=0.5)
    for key, at in [("late", 3.0), ("early", 1.0), ("at once", 0.0)]:
        engine.submit(key, clock.monotonic, at)

    results = [engine.collect(10.0) for _ in range(3)]

    assert [(result.key, result.value) for (result,) in results] == [
        ("at once", 0.5),
        ("early", 1.5),
        ("late", 3.5),
    ]


def test_virtual_time_goes_on_where_nothing_comes():
    clock = VirtualClock()
    engine = VirtualEngine(8, clock)
    engine.submit("later", lambda: None, 5.0)

    assert engine.collect(2.0) == []
    assert clock.monotonic() == 2.0
    assert engine.busy == 1


def test_virtual_time_never_goes_back():
    clock = VirtualClock()
    clock.sleep(9.0)
    engine = VirtualEngine(8, clock)

    assert engine.collect(2.0) == []
    assert clock.monotonic() == 9.0


@pytest.fixture
def threads() -> ThreadEngine:
    return ThreadEngine(4, SystemClock())


def collected(engine: ThreadEngine, count: int) -> list:
    results = []
    while len(results) < count:
        found = engine.collect(SystemClock().monotonic() + SOON)
        assert found, "nothing came back"
        results += found
    return results


def test_threads_run_jobs_side_by_side(threads):
    """Each job waits for all the others: this never ends if they run one by one."""
    together = threading.Barrier(4, timeout=SOON)
    for number in range(4):
        threads.submit(number, together.wait, 0.0)

    results = collected(threads, 4)

    assert {result.key for result in results} == {0, 1, 2, 3}
    assert all(result.error is None for result in results)


def test_a_job_does_not_run_before_its_time(threads):
    clock = SystemClock()
    at = clock.monotonic() + 0.05
    threads.submit("slot", clock.monotonic, at)

    (result,) = collected(threads, 1)

    assert result.value >= at


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit])
def test_what_a_job_raises_is_handed_over_and_the_thread_lives_on(threads, kind):
    def fail() -> None:
        raise kind("no")

    for number in range(8):
        threads.submit(number, fail, 0.0)

    assert {type(result.error) for result in collected(threads, 8)} == {kind}
    threads.submit("fine", lambda: 42, 0.0)
    assert collected(threads, 1)[0].value == 42


def test_busy_counts_what_was_not_collected_yet(threads):
    for number in range(3):
        threads.submit(number, lambda: None, 0.0)
    assert threads.busy == 3

    collected(threads, 3)
    assert threads.busy == 0


def test_waiting_for_nothing_ends_in_time(threads):
    assert threads.collect(SystemClock().monotonic() - 1.0) == []
