"""Rows that are ready for a call, lined up before the limiter of its quota category."""

from __future__ import annotations

from collections import deque

from bulkreset.execution.item import Item
from bulkreset.rates.limiter import Limiter, Limiters


class LineUp:
    """Categories run side by side; whichever has the next slot goes first."""

    def __init__(self, limiters: Limiters) -> None:
        self._limiters = limiters
        self._by_category: dict[str, deque[Item]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._by_category.values()))

    def add(self, item: Item) -> None:
        self._by_category.setdefault(item.action.category, deque()).append(item)

    def take(self, most: int, until: float) -> list[tuple[Item, float]]:
        """Up to `most` rows whose slots, reserved hereby, are not later than `until`; each with its slot.

        Times are `clock.monotonic()`.
        """
        taken: list[tuple[Item, float]] = []
        while len(taken) < most:
            limiter = self._next_limiter()
            if limiter is None or limiter.next_slot() > until:
                break
            taken.append((self._by_category[limiter.grant.category].popleft(), limiter.reserve()))
        return taken

    def next_slot(self) -> float | None:
        """When the next row can go, if any is there."""
        limiter = self._next_limiter()
        return None if limiter is None else limiter.next_slot()

    def _next_limiter(self) -> Limiter | None:
        waited_for = (self._limiters.of(category) for category, items in self._by_category.items() if items)
        return min(waited_for, key=Limiter.next_slot, default=None)
