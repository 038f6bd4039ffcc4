"""When a window is open, on days of 23, 24 and 25 hours and on one that never was."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from bulkreset.planning.window import moment
from bulkreset.settings.weekdays import EVERY_DAY
from bulkreset.settings.window import Window

MONDAY, TUESDAY, FRIDAY, SATURDAY, SUNDAY = 0, 1, 4, 5, 6
HOUR = 3600.0


def window(opens="22:00", closes="06:00", timezone="Europe/Berlin", days=EVERY_DAY) -> Window:
    return Window(
        opens=time.fromisoformat(opens), closes=time.fromisoformat(closes), timezone=timezone, days=days
    )


def at(text: str) -> float:
    """Epoch seconds of an ISO time with an offset."""
    return datetime.fromisoformat(text).timestamp()


def told(of: Window, now: str) -> tuple[bool, str]:
    """Whether it is open, and until when in UTC."""
    found = moment(of, at(now))
    return found.is_open, datetime.fromtimestamp(found.until, UTC).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("now", "is_open", "until"),
    [
        ("2026-06-10T21:59:59+02:00", False, "2026-06-10 20:00:00"),
        ("2026-06-10T22:00:00+02:00", True, "2026-06-11 04:00:00"),
        ("2026-06-11T00:00:00+02:00", True, "2026-06-11 04:00:00"),
        ("2026-06-11T05:59:59+02:00", True, "2026-06-11 04:00:00"),
        ("2026-06-11T06:00:00+02:00", False, "2026-06-11 20:00:00"),
    ],
)
def test_a_window_over_midnight_is_open_from_evening_to_morning(now, is_open, until):
    assert told(window(), now) == (is_open, until)


@pytest.mark.parametrize(
    ("now", "is_open", "until"),
    [
        ("2026-06-10T08:59:59+02:00", False, "2026-06-10 07:00:00"),
        ("2026-06-10T09:00:00+02:00", True, "2026-06-10 15:00:00"),
        ("2026-06-10T17:00:00+02:00", False, "2026-06-11 07:00:00"),
    ],
)
def test_a_window_by_day_is_open_on_that_day(now, is_open, until):
    assert told(window("09:00", "17:00"), now) == (is_open, until)


def test_the_days_are_those_on_which_it_opens():
    nights_before_weekdays = window(days=frozenset({FRIDAY}))

    assert told(nights_before_weekdays, "2026-06-13T03:00:00+02:00") == (True, "2026-06-13 04:00:00")
    assert told(nights_before_weekdays, "2026-06-12T03:00:00+02:00") == (False, "2026-06-12 20:00:00")
    assert told(nights_before_weekdays, "2026-06-13T06:00:00+02:00") == (False, "2026-06-19 20:00:00")


def test_a_window_to_midnight_closes_as_the_day_ends():
    assert told(window("20:00", "00:00"), "2026-06-10T23:00:00+02:00") == (True, "2026-06-10 22:00:00")


def test_a_window_from_midnight_opens_on_the_day_that_begins():
    days = frozenset({MONDAY})

    assert told(window("00:00", "06:00", days=days), "2026-06-14T23:00:00+02:00") == (
        False,
        "2026-06-14 22:00:00",
    )


def test_a_night_on_which_the_clock_is_put_back_is_an_hour_longer():
    found = moment(window(), at("2026-10-24T22:00:00+02:00"))

    assert found.until - at("2026-10-24T22:00:00+02:00") == 9 * HOUR
    assert found.until == at("2026-10-25T06:00:00+01:00")


def test_a_night_on_which_the_clock_is_put_forward_is_an_hour_shorter():
    found = moment(window(), at("2026-03-28T22:00:00+01:00"))

    assert found.until - at("2026-03-28T22:00:00+01:00") == 7 * HOUR


def test_an_hour_that_does_not_exist_is_passed_as_the_clock_is_put_forward():
    assert told(window("22:00", "02:30"), "2026-03-28T23:00:00+01:00") == (True, "2026-03-29 01:00:00")
    assert told(window("02:30", "06:00"), "2026-03-29T01:00:00+01:00") == (False, "2026-03-29 01:00:00")


def test_a_window_that_lies_in_an_hour_that_does_not_exist_is_left_out_that_day():
    assert told(window("02:10", "02:50"), "2026-03-29T01:00:00+01:00") == (False, "2026-03-30 00:10:00")


def test_two_windows_that_touch_as_the_clock_is_put_forward_are_one():
    found = told(window("02:50", "02:10"), "2026-03-28T12:00:00+01:00")

    assert found == (True, "2026-03-30 00:10:00")


def test_an_hour_that_comes_twice_opens_and_closes_a_window_the_first_time():
    assert told(window("22:00", "02:30"), "2026-10-24T23:00:00+02:00") == (True, "2026-10-25 00:30:00")
    assert told(window("22:00", "02:30"), "2026-10-25T02:15:00+01:00") == (False, "2026-10-25 21:00:00")
    assert told(window("02:30", "06:00"), "2026-10-25T01:00:00+02:00") == (False, "2026-10-25 00:30:00")
    assert told(window("02:30", "06:00"), "2026-10-25T02:15:00+01:00") == (True, "2026-10-25 05:00:00")


def test_half_an_hour_is_as_good_as_an_hour():
    """Lord Howe Island puts its clock forward by thirty minutes, from 02:00 to 02:30."""
    howe = window("02:15", "06:00", "Australia/Lord_Howe")

    assert told(howe, "2026-10-04T01:00:00+10:30") == (False, "2026-10-03 15:30:00")


def test_a_day_that_the_calendar_left_out_opens_no_window():
    """Samoa went from 29 to 31 December 2011."""
    fridays = window("09:00", "17:00", "Pacific/Apia", frozenset({FRIDAY}))

    assert told(fridays, "2011-12-29T12:00:00-10:00") == (False, "2012-01-05 19:00:00")
    assert told(window("09:00", "17:00", "Pacific/Apia"), "2011-12-29T18:00:00-10:00") == (
        False,
        "2011-12-30 19:00:00",
    )


TRANSITIONS = [
    ("Europe/Berlin", "2026-03-29T01:00:00+00:00"),
    ("Europe/Berlin", "2026-10-25T01:00:00+00:00"),
    ("America/New_York", "2026-03-08T07:00:00+00:00"),
    ("America/New_York", "2026-11-01T06:00:00+00:00"),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00+00:00"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00+00:00"),
    ("Pacific/Apia", "2011-12-30T10:00:00+00:00"),
    ("America/Sao_Paulo", "2018-11-04T03:00:00+00:00"),  # at midnight, forward
    ("America/Sao_Paulo", "2019-02-17T02:00:00+00:00"),  # at midnight, back to the day before
    ("Africa/Cairo", "2026-04-23T22:00:00+00:00"),
    ("Antarctica/Troll", "2026-10-25T01:00:00+00:00"),  # by two hours
    ("Asia/Kathmandu", "2026-10-25T01:00:00+00:00"),
    ("UTC", "2026-10-25T01:00:00+00:00"),
]

MINUTE = 60.0
LONGEST_REPEAT_MINUTES = 150


def latest_shown(now: float, zone: ZoneInfo) -> datetime:
    """The latest time that the clock has shown so far, to the minute."""
    minute = now // MINUTE * MINUTE
    shown = (
        datetime.fromtimestamp(minute - MINUTE * back, zone).replace(tzinfo=None, fold=0)
        for back in range(LONGEST_REPEAT_MINUTES)
    )
    return max(shown)


def is_open_by_the_clock(of: Window, now: float) -> bool:
    """The rule as people say it, applied to a clock that does not go back."""
    shown = latest_shown(now, ZoneInfo(of.timezone))
    if of.opens < of.closes:
        return shown.weekday() in of.days and of.opens <= shown.time() < of.closes
    yesterday = (shown - timedelta(days=1)).weekday()
    return (shown.weekday() in of.days and shown.time() >= of.opens) or (
        yesterday in of.days and shown.time() < of.closes
    )


@settings(deadline=None, max_examples=150)
@given(
    near=st.sampled_from(TRANSITIONS),
    minutes=st.one_of(st.integers(-200, 200), st.integers(-6000, 6000)),
    hours=st.lists(st.integers(0, 1439), min_size=2, max_size=2, unique=True),
    days=st.frozensets(st.integers(0, 6), min_size=1),
)
def test_a_window_follows_a_clock_that_does_not_go_back(near, minutes, hours, days):
    timezone, transition = near
    opens, closes = (time(minute // 60, minute % 60) for minute in hours)
    tested = Window(opens=opens, closes=closes, timezone=timezone, days=days)
    now = at(transition) + minutes * MINUTE
    found = moment(tested, now)

    assert found.until > now
    assert found.is_open == is_open_by_the_clock(tested, now)
    assert is_open_by_the_clock(tested, found.until) != found.is_open
    for quarter in range(4):
        between = now + (found.until - MINUTE - now) * quarter / 4
        assert is_open_by_the_clock(tested, max(now, between)) == found.is_open
    assert is_open_by_the_clock(tested, max(now, found.until - MINUTE)) == found.is_open
    assert moment(tested, found.until).is_open != found.is_open
