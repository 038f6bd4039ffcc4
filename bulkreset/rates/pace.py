"""How far the slots of one category are handed out, to which runs, and whose turn it is.

A run has its turn when it has gone longest without a slot; that is all that fairness takes, since runs
come for a few slots at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

NEVER = float("-inf")

LATELY_SECONDS = 2.0
"""A run not seen for so long takes no part: longer than the second in which a quota counts."""

SHARED_GUARD = 0.03
"""The part of a rate that several runs leave unused: a call that is late by a slot stays within the quota."""

MOST_TAKERS = 8
"""How many runs are remembered. Further ones share the slots as well, but not evenly."""


@dataclass(frozen=True, slots=True)
class Taker:
    """A run that takes slots: when it last asked for one, the latest it took, and the rate it keeps to."""

    run: int
    asked_at: float
    slot: float
    rate_per_second: float


@dataclass(frozen=True, slots=True)
class Pace:
    """What runs know of each other's slots in one category.

    `last` is the last slot handed out, or later, by as much as that slot was ahead of an even pace.
    """

    last: float = NEVER
    takers: tuple[Taker, ...] = ()

    def taker(self, run: int) -> Taker | None:
        return next((taker for taker in self.takers if taker.run == run), None)

    def slot_of(self, run: int) -> float:
        """The latest slot that this run took, NEVER for one that took none."""
        taker = self.taker(run)
        return NEVER if taker is None else taker.slot

    def others(self, run: int, now: float) -> tuple[Taker, ...]:
        """The other runs that take slots at present."""
        since = now - LATELY_SECONDS
        return tuple(
            taker for taker in self.takers if taker.run != run and max(taker.asked_at, taker.slot) >= since
        )

    def together(self, run: int, rate_per_second: float, now: float) -> float:
        """The rate of all runs together, where this one goes at `rate_per_second`: that of the fastest.

        A little less where there are several, as each has calls that arrive late in its own way.
        """
        others = self.others(run, now)
        if not others:
            return rate_per_second
        return max(rate_per_second, *(other.rate_per_second for other in others)) * (1 - SHARED_GUARD)

    def place(self, run: int, now: float) -> float:
        """The place of this run among those that wait for their turn, from 0 for the first to 1."""
        others = self.others(run, now)
        own = self.slot_of(run)
        return sum(other.slot < own for other in others) / len(others) if others else 0.0

    def with_taker(self, taker: Taker, last: float = NEVER) -> Pace:
        """The pace after a run asked for a slot, or took one."""
        others = sorted(
            self.others(taker.run, taker.asked_at), key=lambda other: other.asked_at, reverse=True
        )
        return Pace(max(self.last, last), (taker, *others[: MOST_TAKERS - 1]))

    def without(self, run: int) -> Pace:
        """The pace after a run took its last slot; that slot still counts."""
        return Pace(self.last, tuple(taker for taker in self.takers if taker.run != run))
