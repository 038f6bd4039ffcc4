"""The line of what a run was granted, and the times of its waves, over several runners."""

from __future__ import annotations

from typing import Any

from bulkreset.ledger.chain import Event
from bulkreset.reporting.course import RunWave
from bulkreset.reporting.run_page.history import MOST_EVENTS, shown_events, waves_with_times
from bulkreset.reporting.run_page.pace import limits_of

QUOTAS = {"UserUpdate": {"rate_per_second": 25.0, "share": 0.2}}
RATES = {"UserUpdate": {"used": 4.0, "granted": 5.0}}


def events(*told: tuple[float, str, dict[str, Any]]) -> list[Event]:
    return [Event(number, at, kind, detail, "") for number, (at, kind, detail) in enumerate(told, 1)]


def test_each_runner_begins_at_its_own_grants():
    slow = {"category": "UserUpdate", "rate_per_second": 2.0, "granted_per_second": 20.0, "reason": "x"}
    limits = limits_of(
        QUOTAS,
        RATES,
        events(
            (10, "taken-up", {"rates_per_second": {"UserUpdate": 20.0}}),
            (20, "slowed-down", slow),
            (30, "stopped", {}),
            (40, "taken-up", {"rates_per_second": {"UserUpdate": 5.0, "UserList": 9.0}}),
        ),
    )
    assert limits["UserUpdate"].granted == ((0.0, 20.0), (10, 20.0), (20, 2.0), (40, 5.0))
    assert limits["UserUpdate"].quota == 25.0


def test_a_wave_of_which_nothing_was_called_has_no_end_before_its_begin():
    waves = [RunWave(1, 10, {}), RunWave(2, 30, {})]
    told = events((0, "running", {}), (50, "wave-over", {"wave": 1}), (60, "wave-began", {"wave": 2}))
    times = [(one.begin, one.end) for one in waves_with_times(waves, told, last_call=45.0)]
    assert times == [(0, 50), (60, None)]


def test_of_too_many_events_the_first_and_the_last_are_shown():
    told = events(
        *((number, "slowed-down", {}) for number in range(10)),
        *((number, "wave-over", {}) for number in range(1_000)),
        (2_000, "finished", {}),
    )
    shown = shown_events(told)
    assert len(shown) == MOST_EVENTS
    assert (shown[0].kind, shown[-1].kind) == ("wave-over", "finished")
    assert shown_events(told[:300]) == told[:300]
