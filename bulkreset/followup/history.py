"""The burn-down: what earlier follow-ups counted, as the events of the run keep it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bulkreset.followup.stages import Stage
from bulkreset.followup.tally import Tally

FOLLOWED_UP = "followed-up"
"""The kind of event."""

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Point:
    """What one follow-up counted.

    `at` is in epoch seconds. `missed` are the rows that the plan meant to do and the run had not done.
    """

    at: float
    tally: Tally
    missed: int = 0

    def has_reached(self, fraction: float) -> bool:
        """Whether so many of all whom the plan meant to do have a new password."""
        return self.tally.has_reached(fraction, self.missed)


def event_detail(
    now: Point, others: Mapping[str, int], parts: Mapping[str, Mapping[str, Tally]]
) -> dict[str, Any]:
    """What an event keeps: numbers, and what they are of. Nobody is named.

    `parts` has the tallies by wave, by step, and by the values of a column of the manifest.
    """
    return {
        "format": FORMAT,
        "read_at": now.at,
        "awaited": now.tally.awaited,
        "changed": now.tally.of(Stage.CHANGED),
        "left": now.tally.left,
        "missed": now.missed,
        "stages": _kept(now.tally),
        "others": dict(others),
        **{name: {value: _kept(tally) for value, tally in of.items()} for name, of in parts.items() if of},
    }


def points(events: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Point]:
    """The points of the burn-down, from events by kind and detail, in their order."""
    return [
        Point(
            float(detail["read_at"]),
            Tally({Stage(name): int(count) for name, count in detail["stages"].items()}),
            int(detail["missed"]),
        )
        for kind, detail in events
        if kind == FOLLOWED_UP and detail.get("format") == FORMAT
    ]


def _kept(tally: Tally) -> dict[str, int]:
    return {stage.value: count for stage, count in tally.stages.items() if count}
