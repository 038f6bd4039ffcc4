"""Pacing of one quota category: when the next call may go out, and how fast after a refusal.

GCRA hands out evenly spaced slots. A caller reserves a slot and then waits for it, so deciding is
separate from waiting. A throttled answer cuts the rate; it recovers additively, and says why it is
slow for as long as it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from bulkreset.clock import Clock

BURST_SECONDS = 0.2
"""How much of the grant may be caught up at once, where the quota leaves room and nobody refuses."""

JITTER_GUARD = 0.007
"""The part of a quota left unused because calls reach Cognito a few milliseconds off their slot."""

CUT_FACTOR = 0.7
CUTS_APART_SECONDS = 1.0
"""Refusals within this time of a cut belong to the same crowding and do not cut again."""

RECOVERY_PER_SECOND = 0.05
"""The part of the grant that comes back in each second without a refusal."""

FLOOR = 0.03
"""The part of the grant that is always tried, so that recovery is noticed."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a run may use of one category: `rate_per_second` of Cognito's `quota_per_second`."""

    category: str
    rate_per_second: float
    quota_per_second: float


class Limiter:
    """The slots of one category. Safe to share between threads. Times are `clock.monotonic()`."""

    def __init__(self, grant: Grant, clock: Clock) -> None:
        self.grant = grant
        self.throttled = 0
        self._clock = clock
        self._lock = threading.Lock()
        self._top = min(grant.rate_per_second, grant.quota_per_second * (1 - JITTER_GUARD))
        headroom = grant.quota_per_second / self._top - 1
        self._burst_seconds = min(BURST_SECONDS, headroom) if headroom > JITTER_GUARD * 2 else 0.0
        self._next = clock.monotonic()
        self._cut_rate = self._top
        self._cut_at = float("-inf")

    @property
    def rate_per_second(self) -> float:
        """The rate at this moment."""
        return self._rate(self._clock.monotonic())

    @property
    def slow_reason(self) -> str:
        """Why the rate is below the grant, or "" when it is not."""
        if self.rate_per_second >= self._top:
            return ""
        return "Cognito answered TooManyRequestsException: other callers use the quota too"

    def next_slot(self) -> float:
        """When the next slot is, without taking it."""
        with self._lock:
            return self._slot(self._clock.monotonic())

    def reserve(self) -> float:
        """Take the next slot: the time at which one call may go out."""
        with self._lock:
            now = self._clock.monotonic()
            slot = self._slot(now)
            self._next = max(self._next, slot) + 1 / self._rate(now)
            return slot

    def wait(self) -> None:
        """Take the next slot and wait for it."""
        self._clock.sleep(self.reserve() - self._clock.monotonic())

    def slow_down(self) -> None:
        """Take note of a throttled answer."""
        with self._lock:
            self.throttled += 1
            now = self._clock.monotonic()
            if now - self._cut_at < CUTS_APART_SECONDS:
                return
            self._cut_rate = max(self._rate(now) * CUT_FACTOR, self._top * FLOOR)
            self._cut_at = now
            self._next = max(self._next, now + 1 / self._cut_rate)

    def _slot(self, now: float) -> float:
        burst_seconds = self._burst_seconds if self._rate(now) == self._top else 0.0
        return max(now, self._next - burst_seconds)

    def _rate(self, now: float) -> float:
        if self._cut_rate >= self._top:
            return self._top
        return min(self._top, self._cut_rate + (now - self._cut_at) * RECOVERY_PER_SECOND * self._top)


class Limiters:
    """One limiter per category of the account and region, made when first asked for."""

    def __init__(self, grants: Callable[[str], Grant], clock: Clock) -> None:
        self._grants = grants
        self._clock = clock
        self._lock = threading.Lock()
        self._by_category: dict[str, Limiter] = {}

    def of(self, category: str) -> Limiter:
        with self._lock:
            if category not in self._by_category:
                self._by_category[category] = Limiter(self._grants(category), self._clock)
            return self._by_category[category]

    def all(self) -> tuple[Limiter, ...]:
        with self._lock:
            return tuple(self._by_category.values())
