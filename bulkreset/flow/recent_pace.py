"""How fast a run has been of late, from looks at it one after the other."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

WINDOW_SECONDS = 15.0
"""Rows come to their end in groups; over so long their rate is steady."""

KEPT_LOOKS = 60


class RecentPace:
    """Rows settled and calls by category, as seen at moments of a clock that only goes forward."""

    def __init__(self) -> None:
        self._settled: deque[tuple[float, int]] = deque()
        self._last: tuple[float, Mapping[str, int]] | None = None
        self._rates: dict[str, deque[float]] = {}

    def add(self, at: float, settled: int, calls: Mapping[str, int]) -> None:
        self._settled.append((at, settled))
        while len(self._settled) > 2 and at - self._settled[0][0] > WINDOW_SECONDS:  # noqa: PLR2004 - a span
            self._settled.popleft()
        if self._last is not None and at > self._last[0]:
            then, before = self._last
            for category, count in calls.items():
                rates = self._rates.setdefault(category, deque(maxlen=KEPT_LOOKS))
                rates.append((count - before.get(category, 0)) / (at - then))
        self._last = at, dict(calls)

    @property
    def rows_per_second(self) -> float:
        """Of late; 0 until there are two looks."""
        (then, before), (now, settled) = self._settled[0], self._settled[-1]
        return (settled - before) / (now - then) if now > then else 0.0

    def calls_per_second(self) -> dict[str, tuple[float, ...]]:
        """By category, the rate between each look and the one before, the latest last."""
        return {category: tuple(rates) for category, rates in self._rates.items()}
