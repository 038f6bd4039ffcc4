"""Time as an argument: whoever needs the time or has to wait is handed a clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """`now` is wall time in epoch seconds, for records and comparisons with AWS's timestamps.

    `monotonic` is in seconds from an arbitrary start and never jumps: pacing and waiting use it.
    """

    def now(self) -> float: ...
    def monotonic(self) -> float: ...
    def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        return time.time()

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            time.sleep(seconds)


class VirtualClock:
    """A clock that moves only when told: `sleep` advances it at once. For tests and estimates."""

    def __init__(self, start: float = 1_700_000_000.0) -> None:
        self._start = start
        self._elapsed = 0.0

    def now(self) -> float:
        return self._start + self._elapsed

    def monotonic(self) -> float:
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        self._elapsed += max(0.0, seconds)


def time_of_day(epoch_seconds: float) -> str:
    """UTC time as `21:34:32`."""
    return f"{datetime.fromtimestamp(epoch_seconds, UTC):%H:%M:%S}"


def iso(epoch_seconds: float | None) -> str:
    """UTC time as `2026-11-22T21:34:32.123Z`; an absent time is the empty string."""
    if epoch_seconds is None:
        return ""
    moment = datetime.fromtimestamp(epoch_seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
