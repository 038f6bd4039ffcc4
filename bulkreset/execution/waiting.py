"""Rows that wait for a moment: a back-off, or the grace before a read-back."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from bulkreset.execution.item import Item


class Waiting:
    """Items by the time, in `clock.monotonic()`, at which their wait is over."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Item]] = []
        self._added = 0

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, item: Item, due: float) -> None:
        self._added += 1
        heapq.heappush(self._heap, (due, self._added, item))

    def due(self, now: float) -> Iterator[Item]:
        """Take out the items whose wait is over."""
        while self._heap and self._heap[0][0] <= now:
            yield heapq.heappop(self._heap)[2]

    def next_due(self) -> list[float]:
        return [self._heap[0][0]] if self._heap else []
