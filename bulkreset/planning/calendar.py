"""When a run will be through: over its waves, in its window, with so many messages a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

from bulkreset.account import Medium
from bulkreset.planning.walk import DailyMessages, Load, Span, Walk
from bulkreset.settings.window import Window

__all__ = ["DailyMessages", "Day", "Load", "Span", "Timeline", "timeline"]


@dataclass(frozen=True, slots=True)
class Day:
    """What happens on one day in UTC."""

    date: date
    rows: int
    messages: Mapping[Medium, int]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is to be expected of a run. Waves that are never come to are left out.

    `finish` is in epoch seconds. Where there is none, `obstacle` says why and `left` how many rows remain.
    """

    finish: float | None
    days: tuple[Day, ...]
    waves: tuple[Span, ...]
    left: int = 0
    obstacle: str = ""


def timeline(
    start: float,
    waves: Sequence[Load],
    *,
    between: float = 0.0,
    window: Window | None = None,
    budgets: Mapping[Medium, DailyMessages] | None = None,
    deadline: float | None = None,
) -> Timeline:
    """The course of a run that begins at `start`, in epoch seconds.

    `between` is the pause after each wave, in seconds. A medium without a budget has no limit.
    """
    walk = Walk(start, window, budgets or {}, inf if deadline is None else deadline)
    spans: list[Span] = []
    for load in waves:
        if spans:
            walk.go_to(walk.now + between)
        spans.append(walk.through(load))
        if walk.obstacle:
            break
    return Timeline(
        finish=None if walk.obstacle else walk.now,
        days=tuple(Day(day, rows, walk.messages[day]) for day, rows in sorted(walk.rows.items())),
        waves=tuple(spans),
        left=sum(load.rows for load in waves) - sum(walk.rows.values()),
        obstacle=walk.obstacle,
    )
