"""Where things stand in the drawings of a page. Places and widths are parts of a hundred."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor

from bulkreset.reporting.page.words import day

THINNEST = 0.6
"""What is there has to be seen, however little it is."""

MINUTE, HOUR, DAY = 60, 3600, 86_400
STEPS = (
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    30 * DAY,
)
MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar, `kind` of what; `x` is where it begins."""

    kind: str
    amount: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


def pieces(amounts: Mapping[str, int], whole: int) -> tuple[Piece, ...]:
    """Amounts of a whole, one after the other. What is there has a width."""
    shown = {kind: amount for kind, amount in amounts.items() if amount}
    widths = {kind: max(THINNEST, 100 * amount / max(1, whole)) for kind, amount in shown.items()}
    room = min(1.0, 100 / max(100.0, sum(widths.values())))
    found = []
    x = 0.0
    for kind, amount in shown.items():
        width = widths[kind] * room
        found.append(Piece(kind, amount, round(x, 3), round(width, 3)))
        x += width
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Scale:
    """A span of time, in epoch seconds, from edge to edge."""

    begin: float
    end: float

    def x(self, when: float) -> float:
        return round(100 * (when - self.begin) / self._length, 3)

    def width(self, begin: float, end: float) -> float:
        return round(max(THINNEST, 100 * (end - begin) / self._length), 3)

    def ticks(self) -> tuple[Tick, ...]:
        """A few round times between the edges."""
        step = next((step for step in STEPS if self._length / step <= MOST_TICKS), STEPS[-1])
        numbers = range(ceil(self.begin / step), floor(self.end / step) + 1)
        return tuple(Tick(self.x(number * step), _told(number * step, step)) for number in numbers)

    @property
    def _length(self) -> float:
        return max(1.0, self.end - self.begin)


def scale(moments: Iterable[float | None]) -> Scale | None:
    """The span that holds the moments that are known, if any is."""
    known = [moment for moment in moments if moment is not None]
    return Scale(min(known), max(known)) if known else None


def _told(when: float, step: int) -> str:
    at = datetime.fromtimestamp(when, UTC)
    return day(at.date()) if step >= DAY or (at.hour, at.minute) == (0, 0) else f"{at:%H:%M}"
