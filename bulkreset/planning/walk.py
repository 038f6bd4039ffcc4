"""A run in thought: walks through waves from one event to the next, without a step for each row.

The events are that a window opens or closes, that a day begins, and that messages are renewed. What lies
between two of them is even, so a plan of a million rows takes as many steps as one of ten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from math import inf

from bulkreset.account import Medium
from bulkreset.clock import iso
from bulkreset.planning.window import Opening, moment
from bulkreset.rates.spending import next_renewal
from bulkreset.settings.window import Window

LONGEST_SECONDS = 366 * 86_400
ROUNDING = 1e-6

Kind = Medium | None
"""By what the message of a row goes; None for rows that send none."""


@dataclass(frozen=True, slots=True)
class Load:
    """The rows of one wave: how long all take where nothing holds them up, and how many send a message."""

    rows: int
    seconds: float
    messages: Mapping[Medium, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DailyMessages:
    """Messages of one medium: `left` of the first day, and `a_day` from the hour in UTC that renews them."""

    a_day: int
    left: int
    renewed_at_hour: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """When a wave begins and ends, in epoch seconds; None where it does not."""

    begin: float | None
    end: float | None


class Walk:
    """Where the run is. `rows` and `messages` are what it has done by day, `obstacle` why it cannot go on."""

    def __init__(
        self, start: float, window: Window | None, budgets: Mapping[Medium, DailyMessages], deadline: float
    ) -> None:
        self.now = start
        self.rows: Counter[date] = Counter()
        self.messages: dict[date, dict[Medium, int]] = {}
        self.obstacle = ""
        self._window = window
        self._opening = Opening(is_open=True, until=inf) if window is None else moment(window, start)
        self._budgets = budgets
        self._left = {medium: budget.left for medium, budget in budgets.items()}
        self._renewed_at = {medium: next_renewal(start, of.renewed_at_hour) for medium, of in budgets.items()}
        self._deadline = deadline
        self._latest = start + LONGEST_SECONDS

    def go_to(self, when: float) -> None:
        """Let time pass, in which nothing is done."""
        self.now = when
        if self._window is not None and when >= self._opening.until:
            self._opening = moment(self._window, when)
        for medium, budget in self._budgets.items():
            if when >= self._renewed_at[medium]:
                self._left[medium] = budget.a_day
                self._renewed_at[medium] = next_renewal(when, budget.renewed_at_hour)

    def through(self, load: Load) -> Span:
        """Do a wave, as far as that is possible."""
        todo: dict[Kind, int] = dict(load.messages.items())
        todo[None] = load.rows - sum(load.messages.values())
        per_row = load.seconds / max(1, load.rows)
        spent_on_next = 0.0
        begin = None
        while any(todo.values()):
            self.obstacle = self._obstacle(todo)
            if self.obstacle:
                return Span(begin, None)
            ready = self._ready(todo) if self._opening.is_open else {}
            if not any(ready.values()):
                self.go_to(self._next_chance(todo))
                continue
            begin = self.now if begin is None else begin
            needed = sum(ready.values()) * per_row - spent_on_next
            seconds = min(max(0.0, needed), self._next_event() - self.now)
            if seconds < needed:
                rows = int((seconds + spent_on_next) / per_row + ROUNDING)
                spent_on_next += seconds - rows * per_row
                ready = _shared_out(rows, ready)
            else:
                spent_on_next = 0.0
            self._do(ready, todo)
            self.go_to(self.now + seconds)
        return Span(self.now if begin is None else begin, self.now)

    def _ready(self, todo: Mapping[Kind, int]) -> dict[Kind, int]:
        """The rows that can be done now."""
        return {
            kind: count if kind is None else min(count, self._left.get(kind, count))
            for kind, count in todo.items()
        }

    def _do(self, ready: Mapping[Kind, int], todo: dict[Kind, int]) -> None:
        today = datetime.fromtimestamp(self.now, UTC).date()
        sent = self.messages.setdefault(today, {})
        for kind, count in ready.items():
            todo[kind] -= count
            self.rows[today] += count
            if kind is not None and count:
                sent[kind] = sent.get(kind, 0) + count
                if kind in self._left:
                    self._left[kind] -= count

    def _obstacle(self, todo: Mapping[Kind, int]) -> str:
        if self.now >= self._deadline:
            return f"the deadline, {iso(self._deadline)}, comes first"
        if self.now >= self._latest:
            return "it would take more than a year"
        if any(self._ready(todo).values()) or self._renewals(todo):
            return ""
        return "no day allows a message of those that are left"

    def _renewals(self, todo: Mapping[Kind, int]) -> list[float]:
        """When there will be more messages of the kinds that are left."""
        return [
            self._renewed_at[medium]
            for medium, budget in self._budgets.items()
            if budget.a_day and todo.get(medium)
        ]

    def _next_chance(self, todo: Mapping[Kind, int]) -> float:
        """When a row can be done again, or it is clear that none will be."""
        chance = min(self._renewals(todo)) if self._opening.is_open else self._opening.until
        return min(chance, self._deadline, self._latest)

    def _next_event(self) -> float:
        """Until when the run goes on evenly."""
        midnight = next_renewal(self.now, 0)
        renewals = self._renewed_at.values()
        return min(self._opening.until, midnight, self._deadline, self._latest, *renewals)


def _shared_out(rows: int, ready: Mapping[Kind, int]) -> dict[Kind, int]:
    """So many of the rows that are ready, of each kind in proportion."""
    total = sum(ready.values())
    shares = {kind: rows * count // total for kind, count in ready.items()}
    rests = sorted(ready, key=lambda kind: -(rows * ready[kind] % total))
    for kind in rests[: rows - sum(shares.values())]:
        shares[kind] += 1
    return shares
