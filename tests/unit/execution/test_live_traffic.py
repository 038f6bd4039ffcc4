"""Yielding to live users: what AWS counts of others lowers the rates, and what is our own does not."""

from __future__ import annotations

import pytest

from bulkreset.clock import VirtualClock
from bulkreset.cognito.account.live_traffic import PERIOD_SECONDS, Traffic
from bulkreset.execution.gates.base import GO
from bulkreset.execution.gates.live_traffic import EVERY_SECONDS, LiveTrafficGate, OwnCalls, ceilings

RECOVERY = "UserAccountRecovery"


class Log:
    def __init__(self) -> None:
        self.events = []

    def event(self, _at, kind, detail, _meta=None) -> None:
        self.events.append((kind, detail))


@pytest.fixture
def gate(monkeypatch):
    """A gate whose question to AWS is answered at once; `counted` is the answer."""
    monkeypatch.setattr("threading.Thread.start", lambda thread: thread.run())
    clock, log = VirtualClock(), Log()

    class Stage:
        def __init__(self) -> None:
            self.clock, self.log = clock, log
            self.counted: object = {}
            self.own = 0.0
            self.limits: list[dict[str, float]] = []
            self.gate = LiveTrafficGate(
                count=lambda: self.counted,
                own_calls=lambda: {RECOVERY: self.own},
                quotas=lambda: {RECOVERY: 30.0},
                granted=lambda: {RECOVERY: 15.0},
                limit=self._limit,
                log=log,
                clock=clock,
                now=clock.now,
            )

        def _limit(self, limits):
            self.limits.append(dict(limits))
            return limits

        def minute(self):
            assert self.gate.verdict() is GO
            clock.sleep(EVERY_SECONDS)

    return Stage()


def test_the_more_others_call_the_less_is_left_but_never_nothing():
    left = [ceilings({RECOVERY: 30.0}, {RECOVERY: others})[RECOVERY] for others in (0, 10, 20, 27, 100)]
    assert left == pytest.approx([27.0, 17.0, 7.0, 1.5, 1.5])


def test_what_others_call_is_taken_off(gate):
    gate.counted = {RECOVERY: Traffic(20.0, gate.clock.now() - PERIOD_SECONDS)}
    gate.minute()
    assert gate.limits[-1][RECOVERY] == pytest.approx(7.0)
    ((kind, detail),) = gate.log.events
    assert kind == "live-traffic"
    assert detail["others_per_second"] == {RECOVERY: 20.0}


def test_what_this_run_called_itself_is_not_taken_off(gate):
    began = gate.clock.now()
    for _ in range(10):
        gate.own += 15.0 * EVERY_SECONDS
        gate.clock.sleep(EVERY_SECONDS)
        gate.gate.verdict()
    gate.counted = {RECOVERY: Traffic(20.0, began + EVERY_SECONDS)}
    gate.clock.sleep(EVERY_SECONDS)
    gate.minute()
    assert gate.limits[-1][RECOVERY] == pytest.approx(27.0 - 5.0, abs=0.1)


def test_what_cannot_be_read_changes_nothing_and_is_told_once(gate):
    gate.counted = "AccessDenied"
    for _ in range(5):
        gate.minute()
    assert gate.limits == []
    assert [kind for kind, _ in gate.log.events] == ["live-traffic"]
    assert "AccessDenied" in gate.log.events[0][1]["why"]


def test_it_asks_once_a_minute(gate):
    gate.counted = {RECOVERY: Traffic(1.0, gate.clock.now())}
    for _ in range(100):
        gate.gate.verdict()
    assert len(gate.limits) == 1


def test_own_calls_are_spread_evenly_between_two_notes():
    own = OwnCalls()
    own.note(0.0, {RECOVERY: 0.0})
    own.note(60.0, {RECOVERY: 60.0})
    own.note(120.0, {RECOVERY: 60.0})
    assert own.between(RECOVERY, 0.0, 30.0) == pytest.approx(30.0)
    assert own.between(RECOVERY, 30.0, 90.0) == pytest.approx(30.0)
    assert own.between(RECOVERY, 120.0, 500.0) == 0.0
    assert own.between("UserUpdate", 0.0, 60.0) == 0.0
