"""Rows that are ready for a call, lined up in lanes: one for each set of limits that a call has to keep."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from bulkreset.account import Medium
from bulkreset.execution.budget import MessageBudget
from bulkreset.execution.item import Item
from bulkreset.rates.limiter import Limiter, Limiters
from bulkreset.rates.quotas import EMAIL_SENDS


@dataclass(frozen=True, slots=True)
class Lane:
    """A quota category, and the medium of the message that the call books, if it books one.

    `sends`: the call itself sends it.
    """

    category: str
    medium: Medium | None
    sends: bool


class LineUp:
    """Lanes run side by side; whichever has the next slot goes first. Times are `clock.monotonic()`.

    `mails_are_paced`: mails have a rate of their own, which the limiter EMAIL_SENDS keeps.
    """

    def __init__(self, limiters: Limiters, budget: MessageBudget, *, mails_are_paced: bool) -> None:
        self._limiters = limiters
        self._budget = budget
        self._mails_are_paced = mails_are_paced
        self._lanes: dict[Lane, deque[Item]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._lanes.values()))

    @property
    def ready(self) -> int:
        """How many rows can go as soon as their slots come."""
        return sum(len(items) for lane, items in self._lanes.items() if not self._is_closed(lane))

    @property
    def rows(self) -> frozenset[int]:
        return frozenset(item.work.row for items in self._lanes.values() for item in items)

    @property
    def waited_for(self) -> frozenset[Medium]:
        """The media of the rows that wait for a message that cannot be sent today."""
        return frozenset(
            lane.medium
            for lane, items in self._lanes.items()
            if items and lane.medium is not None and self._is_closed(lane)
        )

    def add(self, item: Item) -> None:
        self._lanes.setdefault(_lane_of(item), deque()).append(item)

    def stale(self, looked_before: float) -> Iterator[Item]:
        """Take out the rows that are next and whose user was looked at before this moment."""
        for lane, items in self._lanes.items():
            while (
                not self._is_closed(lane)
                and items
                and items[0].looked_at is not None
                and items[0].looked_at < looked_before
            ):
                yield items.popleft()

    def take(self, most: int, until: float) -> list[tuple[Item, float]]:
        """Up to `most` rows whose slots, reserved hereby, are not later than `until`; each with its slot.

        A message is booked with its row; rows for which there is no message left stay.
        """
        taken: list[tuple[Item, float]] = []
        while len(taken) < most:
            lane = self._next_lane()
            if lane is None or self._slot(lane) > until:
                break
            if lane.medium is None or self._budget.take(lane.medium):
                taken.append((self._lanes[lane].popleft(), self._reserve(lane)))
        return taken

    def began(self, item: Item, slot: float, began_at: float) -> None:
        """Take note of when the call of a row that was taken went out. For any thread."""
        for limiter in self._limiters_of(_lane_of(item)):
            limiter.called(slot, began_at)

    def next_slot(self) -> float | None:
        """When the next row can go, if any is there and may go."""
        lane = self._next_lane()
        return None if lane is None else self._slot(lane)

    def _next_lane(self) -> Lane | None:
        open_lanes = (lane for lane, items in self._lanes.items() if items and not self._is_closed(lane))
        return min(open_lanes, key=self._slot, default=None)

    def _is_closed(self, lane: Lane) -> bool:
        return lane.medium is not None and self._budget.is_spent(lane.medium)

    def _slot(self, lane: Lane) -> float:
        return max(limiter.next_slot() for limiter in self._limiters_of(lane))

    def _reserve(self, lane: Lane) -> float:
        slot = max(limiter.free_slot() for limiter in self._limiters_of(lane))
        for limiter in self._limiters_of(lane):
            slot = limiter.reserve(not_before=slot)
        return slot

    def _limiters_of(self, lane: Lane) -> list[Limiter]:
        names = [lane.category]
        if lane.medium is Medium.EMAIL and lane.sends and self._mails_are_paced:
            names.append(EMAIL_SENDS)
        return [self._limiters.of(name) for name in dict.fromkeys(names)]


def _lane_of(item: Item) -> Lane:
    return Lane(item.action.category, item.medium, item.action.sends_message)
