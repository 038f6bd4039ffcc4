"""The rate that a run achieved in each category, drawn over time beside what it was granted.

Heights are parts of a hundred, counted from the top as SVG does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

from bulkreset.ledger.chain import Event
from bulkreset.reporting.course import RunCourse
from bulkreset.reporting.page.drawing import THINNEST
from bulkreset.reporting.run_page.axis import Axis, Stretch
from bulkreset.reporting.run_page.slowdowns import ORDERED, Reason

MOST_BARS = 240
HEADROOM = 1.12
LOWEST_TOP = 0.1
FAR_ABOVE = 3
"""A quota that is so many times the rest would press the rest flat; it is told, not drawn."""


@dataclass(frozen=True, slots=True)
class Band:
    """A time at which something held the category back."""

    sign: str
    kind: str
    why: str
    x: float
    width: float


class Bar(NamedTuple):
    """The rate that was achieved between two moments."""

    begin: float
    end: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Chart:
    """One category. `achieved` and `granted` are paths; `quota_y` is None where it is not drawn."""

    category: str
    calls: int
    used: float
    granted_now: float
    quota: float | None
    quota_y: float | None
    achieved: str
    granted: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a category may use: the quota per second, and the rate that was granted from each moment on."""

    quota: float | None
    granted: tuple[tuple[float, float], ...]


def charts(
    course: RunCourse,
    axis: Axis,
    limits: Mapping[str, Limits],
    rates: Mapping[str, Mapping[str, float]],
    reasons: Sequence[Reason],
) -> tuple[Chart, ...]:
    """A chart for each category that was called, the most called first. `rates` are those of the status."""
    made: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for one in course.calls:
        made[course.category_of.get(one.action, one.action)][one.begin] += one.calls
    ordered = sorted(made.items(), key=lambda item: -item[1].total())
    none = {"used": 0.0, "granted": 0.0}
    return tuple(
        _chart(
            name,
            slices.total(),
            [_bars(stretch, slices, course.slice_seconds) for stretch in axis.stretches],
            axis,
            limits.get(name) or Limits(None, ((0.0, rates.get(name, none)["granted"]),)),
            rates.get(name, none),
            reasons,
        )
        for name, slices in ordered
    )


def _chart(  # noqa: PLR0917 - all that is drawn
    category: str,
    calls: int,
    bars: Sequence[Sequence[Bar]],
    axis: Axis,
    limits: Limits,
    rate: Mapping[str, float],
    reasons: Sequence[Reason],
) -> Chart:
    granted = [rate["granted"], *(per_second for _, per_second in limits.granted)]
    highest = max([*granted, *(bar.per_second for row in bars for bar in row)])
    is_near = limits.quota is not None and limits.quota <= FAR_ABOVE * highest
    top = HEADROOM * max(highest, (limits.quota or 0.0) if is_near else 0.0, LOWEST_TOP)
    return Chart(
        category,
        calls,
        rate["used"],
        rate["granted"],
        limits.quota,
        _y(limits.quota, top) if is_near and limits.quota is not None else None,
        "".join(_area(row, axis, top) for row in bars),
        "".join(_line(stretch, limits.granted, axis, top) for stretch in axis.stretches),
        tuple(_bands(category, reasons, axis)),
    )


def limits_of(
    quotas: Mapping[str, Mapping[str, Any]],
    rates: Mapping[str, Mapping[str, float]],
    events: Iterable[Event],
) -> dict[str, Limits]:
    """What each category was allowed, and how that changed; each runner begins at its grants."""
    first: dict[str, float] = {}
    changes: dict[str, list[tuple[float, float]]] = {category: [] for category in rates}
    for event in events:
        for category, per_second in _changed(event).items():
            if category in changes:
                changes[category].append((event.at, per_second))
            if event.kind == "taken-up":
                first.setdefault(category, per_second)
    granted = {
        category: [(0.0, first.get(category, rates[category]["granted"])), *steps]
        for category, steps in changes.items()
    }
    return {
        category: Limits(quotas[category]["rate_per_second"] if category in quotas else None, tuple(steps))
        for category, steps in granted.items()
    }


def _changed(event: Event) -> Mapping[str, float]:
    match event.kind:
        case "taken-up" | "order-rate" | "live-traffic":
            told: Mapping[str, float] = event.detail.get("rates_per_second", {})
            return told
        case "slowed-down":
            return {event.detail["category"]: event.detail["rate_per_second"]}
        case "back-at-grant":
            return {event.detail["category"]: event.detail["granted_per_second"]}
    return {}


def _bars(stretch: Stretch, slices: Mapping[int, int], slice_seconds: int) -> list[Bar]:
    length = stretch.end - stretch.begin
    wanted = max(1, round(MOST_BARS * stretch.width / 100))
    each = max(1, ceil(length / wanted / slice_seconds)) * slice_seconds
    count = max(1, round(length / each))
    amounts: Counter[int] = Counter()
    for begin, calls in slices.items():
        if stretch.begin <= begin < stretch.end:
            amounts[min(count - 1, int((begin - stretch.begin) / each))] += calls
    edges = [*(stretch.begin + number * each for number in range(count)), stretch.end]
    return [
        Bar(begin, end, amounts[number] / max(1.0, end - begin))
        for number, (begin, end) in enumerate(pairwise(edges))
    ]


def _area(bars: Sequence[Bar], axis: Axis, top: float) -> str:
    steps = "".join(f"V{_y(bar.per_second, top):g}H{axis.x(bar.end):g}" for bar in bars)
    return f"M{axis.x(bars[0].begin):g} 100{steps}V100Z"


def _line(stretch: Stretch, granted: Sequence[tuple[float, float]], axis: Axis, top: float) -> str:
    before = [rate for at, rate in granted if at <= stretch.begin]
    path = f"M{stretch.x:g} {_y(before[-1] if before else 0.0, top):g}"
    for at, rate in granted:
        if stretch.begin < at < stretch.end:
            path += f"H{axis.x(at):g}V{_y(rate, top):g}"
    return f"{path}H{stretch.x + stretch.width:g}"


def _bands(category: str, reasons: Sequence[Reason], axis: Axis) -> Iterator[Band]:
    for reason in reasons:
        if reason.category not in ("", category):
            continue
        for span in reason.spans:
            x, end = axis.x(span.begin), axis.x(span.end) if span.end is not None else 100.0
            width = THINNEST / 2 if reason.kind == ORDERED else max(THINNEST, end - x)
            yield Band(reason.sign, reason.kind, reason.why, min(x, 100 - width), round(width, 3))


def _y(rate: float, top: float) -> float:
    return round(100 - 100 * min(rate, top) / top, 2)
