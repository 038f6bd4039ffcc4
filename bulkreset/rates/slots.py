"""The slots that one run takes in a category, beside those of the runs that keep to the same register.

A run never goes faster than its own rate, and all together never faster than the fastest of them. Times
are `clock.monotonic()`.
"""

from __future__ import annotations

from uuid import uuid4

from bulkreset.rates.pace import LATELY_SECONDS, NEVER, SHARED_GUARD, Pace, Taker
from bulkreset.rates.register import LocalRegister, Register

COURTESY_SECONDS = 0.05
"""How much later than the others a run comes for slots when it was the last to take some. It is half of
how long ahead they are taken, so that the others come first and yet no slot passes untaken."""

ASK_AGAIN_SECONDS = 0.5
"""How often a run that waits for slots says so to the others: they forget it after some seconds."""


class Slots:
    """Evenly spaced, or ahead of that by a burst. Every method is told the rate and the burst of now."""

    def __init__(self) -> None:
        self.register: Register = LocalRegister()
        self.last = NEVER
        """The last slot taken, or later, by as much as that slot was ahead of an even pace."""
        self.shared_at = NEVER
        """When a slot was last taken while others took some."""
        self._run = uuid4().int >> 64

    def sharers(self, now: float) -> int:
        """How many other runs take slots."""
        return len(self.register.look(now).others(self._run, now))

    def due(self, now: float, rate: float, burst_seconds: float) -> float:
        """When to come for the next slot: when it is, or a little later while it is another run's turn."""
        pace = self._asked(now, rate)
        by_itself = self._by_itself(rate, burst_seconds)
        together = self._together(pace, now, rate, burst_seconds)
        if pace.others(self._run, now):
            # A slot that waits for this run alone is better taken once the others have theirs before it.
            by_itself += COURTESY_SECONDS
            together += COURTESY_SECONDS * pace.place(self._run, now)
        return max(now, by_itself, together)

    def free(self, now: float, rate: float, burst_seconds: float) -> float:
        """When the next slot is, whoever's turn it is."""
        return self._free(self.register.look(now), now, rate, burst_seconds)

    def take(self, not_before: float, now: float, rate: float, burst_seconds: float) -> float:
        """Take the next slot that is not before this."""

        def taken(pace: Pace) -> Pace:
            slot = max(not_before, self._free(pace, now, rate, burst_seconds))
            last = max(pace.last + 1 / pace.together(self._run, rate, now), slot)
            return pace.with_taker(Taker(self._run, now, slot, rate), last)

        pace = self.register.change(now, taken)
        slot = pace.slot_of(self._run)
        self.last = max(self.last + 1 / rate, slot)
        if pace.others(self._run, now):
            self.shared_at = now
        return slot

    def guard(self, now: float) -> float:
        """By how much more a call may be late where others take slots, too: half of what is left unused."""
        return SHARED_GUARD / 2 if now < self.shared_at + LATELY_SECONDS else 0.0

    def put_off(self, seconds: float, now: float, rate: float) -> None:
        """Have every slot that is not taken yet be so much later."""
        self.last = max(self.last, now) + seconds
        mine = Taker(self._run, now, self.last, rate)
        self.register.change(now, lambda pace: pace.with_taker(mine, max(pace.last, now) + seconds))

    def share(self, register: Register, now: float, rate: float) -> None:
        """Keep to this register from now on, and make known there what was taken so far."""
        self.register = register
        if self.last > NEVER:
            mine = Taker(self._run, now, self.last, rate)
            register.change(now, lambda pace: pace.with_taker(mine, self.last))

    def leave(self, now: float) -> None:
        """Take no more slots: the others need not wait for this run's turn any more."""
        self.register.change(now, lambda pace: pace.without(self._run))

    def _asked(self, now: float, rate: float) -> Pace:
        """The pace, in which the others can see that this run waits for a slot."""
        pace = self.register.look(now)
        mine = pace.taker(self._run)
        if mine and now < mine.asked_at + ASK_AGAIN_SECONDS:
            return pace
        return self.register.change(
            now, lambda pace: pace.with_taker(Taker(self._run, now, pace.slot_of(self._run), rate))
        )

    def _free(self, pace: Pace, now: float, rate: float, burst_seconds: float) -> float:
        by_itself = self._by_itself(rate, burst_seconds)
        return max(now, by_itself, self._together(pace, now, rate, burst_seconds))

    def _by_itself(self, rate: float, burst_seconds: float) -> float:
        """The next slot by this run's own rate."""
        return self.last + 1 / rate - burst_seconds

    def _together(self, pace: Pace, now: float, rate: float, burst_seconds: float) -> float:
        """The next slot by the rate of the fastest of all runs.

        A burst beside the slots of other runs could be more than the quota has room for.
        """
        even = pace.last + 1 / pace.together(self._run, rate, now)
        return even if pace.others(self._run, now) else even - burst_seconds
