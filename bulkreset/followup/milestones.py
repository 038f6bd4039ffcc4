"""Shares of changed passwords that are told when a follow-up first finds them reached."""

from __future__ import annotations

from collections.abc import Iterable

from bulkreset.followup.history import Point

MILESTONES = (0.25, 0.5, 0.75, 0.9, 0.95, 1.0)


def milestone(now: Point, earlier: Iterable[Point]) -> float | None:
    """The largest that is reached now, unless an earlier follow-up found it reached; None for none."""
    reached = [fraction for fraction in MILESTONES if now.tally.awaited and now.has_reached(fraction)]
    if not reached or any(before.tally.awaited and before.has_reached(reached[-1]) for before in earlier):
        return None
    return reached[-1]
