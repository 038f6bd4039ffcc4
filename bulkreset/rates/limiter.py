"""Pacing of one quota category: when the next call may go out, and how fast after a refusal.

GCRA hands out evenly spaced slots. A caller reserves a slot and then waits for it, so deciding is
separate from waiting. A throttled answer cuts the rate; it recovers additively, and says why it is
slow for as long as it is. What a run may use can change while it runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from bulkreset.clock import Clock
from bulkreset.rates.pace import NEVER
from bulkreset.rates.register import Register
from bulkreset.rates.slots import Slots
from bulkreset.rates.yielding import YieldingRate

BURST_SECONDS = 0.2
"""How much of the grant may be caught up at once, where the quota leaves room and nobody refuses."""

JITTER_GUARD = 0.007
"""The part of a quota left unused because calls reach Cognito a few milliseconds off their slot."""

LONGEST_PUT_OFF_SECONDS = 0.2
"""Slots are handed out so far ahead at most, so no more of them are held up by a machine that stalls."""

SHARED_TOLD_SECONDS = 30.0
"""For how long it is told that slots were shared: some runs come and go by the second."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What a run may use of one category: `rate_per_second` of Cognito's `quota_per_second`."""

    category: str
    rate_per_second: float
    quota_per_second: float

    @property
    def top(self) -> float:
        """The rate, in calls per second, that leaves the quota its guard."""
        return min(self.rate_per_second, self.quota_per_second * (1 - JITTER_GUARD))

    @property
    def headroom_seconds(self) -> float:
        """How far off its slot a call may be, so that no second holds more than the quota."""
        return self.quota_per_second / self.top - 1

    @property
    def burst_seconds(self) -> float:
        """How far ahead of an even pace a slot may be, so that no second holds more than the quota."""
        headroom = self.headroom_seconds
        return min(BURST_SECONDS, headroom) if headroom > JITTER_GUARD * 2 else 0.0


@dataclass(slots=True)
class PutOff:
    """By how much slots were put off, and when. Calls that one stall made late count once."""

    seconds: float = 0.0
    at: float = NEVER

    def more(self, slot: float, late: float, now: float) -> float:
        """By how much to put off the slots to come for a call that is `late` beyond what is harmless."""
        before = self.seconds if slot < self.at else 0.0
        if late <= before:
            return 0.0
        self.seconds, self.at = late, now
        return late - before


class Limiter:
    """The slots of one category. Safe to share between threads. Times are `clock.monotonic()`."""

    def __init__(self, grant: Grant, clock: Clock) -> None:
        self.throttled = 0
        self._grant = grant
        self._clock = clock
        self._lock = threading.Lock()
        self._rate = YieldingRate(grant.top)
        self._slots = Slots()
        self._even_until = NEVER
        self._put_off = PutOff()

    @property
    def grant(self) -> Grant:
        return self._grant

    @property
    def rate_per_second(self) -> float:
        """The rate at this moment."""
        with self._lock:
            return self._rate.at(self._clock.monotonic())

    @property
    def slow_reason(self) -> str:
        """Why calls go out below the grant, or "" when nothing is in their way."""
        with self._lock:
            now = self._clock.monotonic()
            reasons = []
            if self._rate.at(now) < self._rate.full:
                reasons.append("Cognito answered TooManyRequestsException: other callers use the quota too")
            if now < self._slots.shared_at + SHARED_TOLD_SECONDS:
                reasons.append("shared with another run on this machine")
            return "; ".join(reasons)

    @property
    def sharers(self) -> int:
        """How many other runs take slots of this category at present."""
        with self._lock:
            return self._slots.sharers(self._clock.monotonic())

    @property
    def trouble(self) -> str:
        """Why slots are not shared though they should be, or ""."""
        return self._slots.register.trouble

    def next_slot(self) -> float:
        """When to come for the next slot: when it is, or a little later while it is another run's turn."""
        with self._lock:
            now = self._clock.monotonic()
            return self._slots.due(now, self._rate.at(now), self._burst_seconds(now))

    def free_slot(self) -> float:
        """When the next slot is, whoever's turn it is."""
        with self._lock:
            now = self._clock.monotonic()
            return self._slots.free(now, self._rate.at(now), self._burst_seconds(now))

    def reserve(self, not_before: float = NEVER) -> float:
        """Take the next slot that is not before this: the time at which one call may go out."""
        with self._lock:
            now = self._clock.monotonic()
            return self._slots.take(not_before, now, self._rate.at(now), self._burst_seconds(now))

    def wait(self) -> None:
        """Take the next slot, wait for it, and call in it."""
        slot = self.reserve()
        self._clock.sleep(slot - self._clock.monotonic())
        self.called(slot, self._clock.monotonic())

    def called(self, slot: float, at: float) -> None:
        """Take note of when the call of this slot went out: one that is late puts off those to come.

        Otherwise what a stalled machine held up would go out beside what is due by then, and more than
        the quota would arrive within a second.
        """
        with self._lock:
            headroom_seconds = self._grant.headroom_seconds + self._slots.guard(at)
            late = min(at - slot - headroom_seconds, LONGEST_PUT_OFF_SECONDS)
            seconds = self._put_off.more(slot, late, at)
            if seconds > 0:
                self._slots.put_off(seconds, at, self._rate.at(at))

    def slow_down(self) -> None:
        """Take note of a throttled answer."""
        with self._lock:
            self.throttled += 1
            now = self._clock.monotonic()
            if self._rate.cut(now):
                self._slots.last = max(self._slots.last, now)

    def regrant(self, rate_per_second: float, quota_per_second: float | None = None) -> None:
        """Another rate (above 0) from the next slot on, the quota at most; a cut stays in proportion.

        `quota_per_second` is given where the quota itself may have turned out to be another one.
        """
        with self._lock:
            quota = self._grant.quota_per_second if quota_per_second is None else quota_per_second
            grant = replace(self._grant, rate_per_second=min(rate_per_second, quota), quota_per_second=quota)
            if grant != self._grant:
                self._grant = grant
                self._rate.change(grant.top)
                self._even_until = max(self._clock.monotonic(), self._slots.last) + 1.0

    def share(self, register: Register) -> None:
        """Keep to this register from now on, together with the other limiters that do."""
        with self._lock:
            now = self._clock.monotonic()
            self._slots.share(register, now, self._rate.at(now))

    def leave(self) -> None:
        """Take no more slots: others that share them go on without this one at once."""
        with self._lock:
            self._slots.leave(self._clock.monotonic())

    def _burst_seconds(self, now: float) -> float:
        # A grant's burst is reckoned for slots at its rate: not in a second that may hold others.
        if self._rate.at(now) < self._rate.full or now < self._even_until:
            return 0.0
        return self._grant.burst_seconds


class Limiters:
    """One limiter per category of the account and region, made when first asked for."""

    def __init__(self, grants: Callable[[str], Grant], clock: Clock) -> None:
        self._grants = grants
        self._clock = clock
        self._lock = threading.Lock()
        self._by_category: dict[str, Limiter] = {}
        self._regranted: dict[str, float] = {}
        self._make_register: Callable[[str], Register] | None = None

    def of(self, category: str) -> Limiter:
        with self._lock:
            if category not in self._by_category:
                self._by_category[category] = self._made(category)
            return self._by_category[category]

    def all(self) -> tuple[Limiter, ...]:
        with self._lock:
            return tuple(self._by_category.values())

    def regrant(self, category: str, rate_per_second: float) -> None:
        """Another rate (above 0) for a category, whether or not there is a limiter for it by now."""
        with self._lock:
            self._regranted[category] = rate_per_second
            if category in self._by_category:
                quota = self._grants(category).quota_per_second
                self._by_category[category].regrant(rate_per_second, quota)

    def share(self, make_register: Callable[[str], Register]) -> None:
        """Share the slots of every category, those to come included, through the register made for it."""
        with self._lock:
            self._make_register = make_register
            for category, limiter in self._by_category.items():
                limiter.share(make_register(category))

    def leave(self) -> None:
        """Take no more slots of any category."""
        for limiter in self.all():
            limiter.leave()

    def _made(self, category: str) -> Limiter:
        limiter = Limiter(self._grants(category), self._clock)
        if category in self._regranted:
            limiter.regrant(self._regranted[category])
        if self._make_register:
            limiter.share(self._make_register(category))
        return limiter
