"""What a run's events tell of why it was slow."""

from __future__ import annotations

from typing import Any

from bulkreset.ledger.chain import Event
from bulkreset.reporting.run_page.slowdowns import HELD, ORDERED, SLOWED, STOPPED, WITHOUT_A_WORD, reasons_of


def _events(*told: tuple[float, str, dict[str, Any]]) -> list[Event]:
    return [Event(number, at, kind, detail, "") for number, (at, kind, detail) in enumerate(told, 1)]


def _slow(category: str = "UserUpdate", reason: str = "throttled") -> dict[str, Any]:
    return {"category": category, "rate_per_second": 1.0, "granted_per_second": 2.0, "reason": reason}


def test_a_slow_down_lasts_until_the_category_is_back_at_its_grant():
    events = _events((0, "running", {}), (10, "slowed-down", _slow()), (25, "back-at-grant", _slow()))
    (reason,) = reasons_of(events, [])
    assert (reason.sign, reason.kind, reason.category, reason.seconds) == ("A", SLOWED, "UserUpdate", 15)
    assert not reason.goes_on


def test_the_same_reason_again_and_again_is_told_once():
    times = ((10, "slowed-down"), (15, "back-at-grant"), (50, "slowed-down"), (55, "back-at-grant"))
    events = _events(*((at, kind, _slow()) for at, kind in times))
    (reason,) = reasons_of(events, [])
    assert (len(reason.spans), reason.seconds) == (2, 10)


def test_holds_stops_and_orders_have_their_own_signs_in_the_order_they_came():
    events = _events(
        (0, "running", {}),
        (5, "order-rate", {"user": "ada", "shares": {"": 0.25}}),
        (10, "paused", {"why": "the window is closed"}),
        (20, "running", {"after": "the window is closed"}),
        (30, "stopped", {"reason": "ada ordered a stop"}),
    )
    told = [(one.sign, one.kind, one.why, one.goes_on) for one in reasons_of(events, [])]
    assert told == [
        ("A", ORDERED, "ada ordered another share: all 25%", False),
        ("B", HELD, "the window is closed", False),
        ("C", STOPPED, "ada ordered a stop", True),
    ]


def test_a_run_that_yields_to_live_users_says_so_for_as_long_as_it_does():
    def yielding(rate: float) -> dict[str, Any]:
        return {"rates_per_second": {"UserUpdate": rate}, "granted_per_second": {"UserUpdate": 15.0}}

    events = _events(
        (0, "running", {}),
        (60, "live-traffic", yielding(15.0)),
        (120, "live-traffic", yielding(5.0)),
        (180, "live-traffic", yielding(1.5)),
        (200, "live-traffic", {"why": "live traffic cannot be read: throttled"}),
        (240, "live-traffic", yielding(15.0)),
        (300, "finished", {}),
    )
    (reason,) = reasons_of(events, [])
    assert (reason.kind, reason.category, reason.seconds) == (SLOWED, "UserUpdate", 120)
    assert "yields to the users who sign in" in reason.why


def test_a_process_that_died_stopped_at_its_last_call():
    events = _events((0, "running", {}), (100, "taken-up", {}), (101, "running", {}), (120, "finished", {}))
    (reason,) = reasons_of(events, [40.0, 119.0])
    assert (reason.why, reason.spans[0].begin, reason.spans[0].end) == (WITHOUT_A_WORD, 40, 101)


def test_the_end_of_a_run_ends_every_slow_down():
    (reason,) = reasons_of(_events((10, "slowed-down", _slow()), (30, "finished", {})), [])
    assert reason.seconds == 20
