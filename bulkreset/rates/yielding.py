"""A rate that gives way when it is refused, and comes back by and by."""

from __future__ import annotations

from bulkreset.rates.pace import NEVER

CUT_FACTOR = 0.7
CUTS_APART_SECONDS = 1.0
"""Refusals within this time of a cut belong to the same crowding and do not cut again."""

RECOVERY_PER_SECOND = 0.05
"""The part of the full rate that comes back in each second without a refusal."""

FLOOR = 0.03
"""The part of the full rate that is always tried, so that recovery is noticed."""


class YieldingRate:
    """Times are of any clock that goes forward."""

    def __init__(self, full: float) -> None:
        self.full = full
        self._cut_to = full
        self._cut_at = NEVER

    def at(self, now: float) -> float:
        """The rate at this moment, `full` at most."""
        if self._cut_to >= self.full:
            return self.full
        return min(self.full, self._cut_to + (now - self._cut_at) * RECOVERY_PER_SECOND * self.full)

    def cut(self, now: float) -> bool:
        """Give way to a refusal; whether it was not one of a crowding that the rate gave way to already."""
        if now - self._cut_at < CUTS_APART_SECONDS:
            return False
        self._cut_to = max(self.at(now) * CUT_FACTOR, self.full * FLOOR)
        self._cut_at = now
        return True

    def change(self, full: float) -> None:
        """Another full rate. A cut stays in proportion to it."""
        self._cut_to *= full / self.full
        self.full = full
