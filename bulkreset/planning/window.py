"""When a job's window is open, in a time zone whose clock is put forward and back.

The window opens when the clock first shows or passes its hour on a day on which it may open, and closes
when the clock first shows or passes the hour at which it closes. So it does not open a second time where an
hour comes twice, and where an hour does not exist it opens or closes as the clock is put forward.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bulkreset.errors import BulkresetError
from bulkreset.settings.window import Window

DAY = timedelta(days=1)

DAYS_BEFORE = 2
"""A window that is open now opened on one of this many days before, or today."""

DAYS_AHEAD = 15
"""A window that opens once a week, and misses one of them to a change of the calendar, opens within these."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a window is open, and until when, in epoch seconds: when it closes, or opens next."""

    is_open: bool
    until: float


def moment(window: Window, now: float) -> Opening:
    """How a window stands at a moment in epoch seconds."""
    until = now
    for begin, end in _spans(window, now):
        if begin <= until < end:
            until = end  # one may open the very moment that the one before closes
        elif begin > until:
            return Opening(is_open=True, until=until) if until > now else Opening(is_open=False, until=begin)
    raise BulkresetError(f"{window} never opens")


def _spans(window: Window, now: float) -> Iterator[tuple[float, float]]:
    """When the window opens and closes on the days around `now`, in order."""
    zone = ZoneInfo(window.timezone)
    nights = window.closes <= window.opens
    today = datetime.fromtimestamp(now, zone).date()
    for offset in range(-DAYS_BEFORE, DAYS_AHEAD + 1):
        day = today + offset * DAY
        if day.weekday() in window.days:
            begin = _when(datetime.combine(day, window.opens), zone)
            end = _when(datetime.combine(day + DAY if nights else day, window.closes), zone)
            if begin < end:  # neither hour exists on a day that the calendar leaves out
                yield begin, end


def _when(shown: datetime, zone: ZoneInfo) -> float:
    """When the clock of a zone first shows or passes a time."""
    first = shown.replace(tzinfo=zone, fold=0).timestamp()
    if _clock(first, zone) == shown:
        return first
    # The clock is put past it: between the time by the clock after the change and that by the one before.
    before, after = int(shown.replace(tzinfo=zone, fold=1).timestamp()), int(first)
    while after - before > 1:
        middle = (before + after) // 2
        if _clock(middle, zone) < shown:
            before = middle
        else:
            after = middle
    return float(after)


def _clock(moment: float, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(moment, zone).replace(tzinfo=None, fold=0)
