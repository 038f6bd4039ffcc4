"""The time axis of a run. Long times without a call are cut out of it, so that the others can be seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bulkreset.reporting.page.drawing import DAY, HOUR, STEPS, Scale, Tick
from bulkreset.reporting.page.words import hour
from bulkreset.reporting.spans import duration

SHORTEST_CUT_SECONDS, LONGEST_KEPT_SECONDS = 60, HOUR
PART_OF_WORK = 0.1
"""A time without a call is cut out where it is longer than this part of the time with calls."""

GAP_WIDTH, MOST_FOR_GAPS = 3.0, 30.0
ROOM_FOR_LABEL = 11.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time with calls, in epoch seconds, and where it stands, in parts of a hundred."""

    begin: float
    end: float
    x: float
    width: float

    @property
    def scale(self) -> Scale:
        return Scale(self.begin, self.end)


@dataclass(frozen=True, slots=True)
class Gap:
    """A time that was cut out."""

    x: float
    width: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    stretches: tuple[Stretch, ...]
    gaps: tuple[Gap, ...]

    def x(self, when: float) -> float:
        """The place of a moment; one that was cut out is where the calls went on."""
        for stretch in self.stretches:
            if when < stretch.begin:
                return stretch.x
            if when <= stretch.end:
                part = (when - stretch.begin) / max(1.0, stretch.end - stretch.begin)
                return round(stretch.x + part * stretch.width, 3)
        return 100.0

    def ticks(self) -> tuple[Tick, ...]:
        """The begin of each stretch that has room for it, and round times of a long one."""
        found: list[Tick] = []
        free_from = 0.0
        for stretch in self.stretches:
            within = [Tick(self.x(stretch.begin), hour(stretch.begin)), *_round_times(self, stretch)]
            for tick in within:
                if tick.x >= free_from and (tick.x <= 100 - ROOM_FOR_LABEL / 2 or not found):
                    found.append(tick)
                    free_from = tick.x + ROOM_FOR_LABEL
        return tuple(found)


def axis_of(moments: Iterable[tuple[float, float]]) -> Axis | None:
    """The axis of times with calls, each from a begin to an end, in their order; None where there is none."""
    spans = _joined(moments)
    if not spans:
        return None
    work = sum(end - begin for begin, end in spans)
    gap_width = min(GAP_WIDTH, MOST_FOR_GAPS / max(1, len(spans) - 1))
    room = 100 - gap_width * (len(spans) - 1)
    stretches, gaps, x = [], [], 0.0
    for number, (begin, end) in enumerate(spans):
        if number:
            without = duration_told(begin - spans[number - 1][1])
            gaps.append(Gap(round(x, 3), round(gap_width, 3), without))
            x += gap_width
        width = room * (end - begin) / work
        stretches.append(Stretch(begin, end, round(x, 3), round(width, 3)))
        x += width
    return Axis(tuple(stretches), tuple(gaps))


def duration_told(seconds: float) -> str:
    """A span of time, in days where it is long."""
    days = round(seconds / DAY)
    return f"{days} days" if seconds >= 2 * DAY else duration(seconds).removesuffix(" 0 min")


def _joined(moments: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Times with calls, those joined between which little time went by."""
    known = list(moments)
    work = sum(end - begin for begin, end in known)
    limit = max(SHORTEST_CUT_SECONDS, min(LONGEST_KEPT_SECONDS, PART_OF_WORK * work))
    spans: list[tuple[float, float]] = []
    for begin, end in known:
        if spans and begin - spans[-1][1] <= limit:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((begin, end))
    return spans


def _round_times(axis: Axis, stretch: Stretch) -> Iterable[Tick]:
    most = max(1, int(stretch.width / ROOM_FOR_LABEL))
    length = max(1.0, stretch.end - stretch.begin)
    if length / most > STEPS[-1] or stretch.width < ROOM_FOR_LABEL:
        return ()
    return (Tick(axis.x(when), tick.label) for when, tick in _placed(stretch))


def _placed(stretch: Stretch) -> Iterable[tuple[float, Tick]]:
    for tick in stretch.scale.ticks():
        yield stretch.begin + tick.x / 100 * (stretch.end - stretch.begin), tick
