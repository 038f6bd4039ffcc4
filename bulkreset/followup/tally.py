"""Judged rows in numbers: how many stand where, as a whole and by what they have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import floor
from typing import Any

import pandas as pd

from bulkreset.followup.stages import AWAITED, LEFT, Stage
from bulkreset.planning.frames import tuples

ROUNDING = 1e-9
"""95 % of 20 is 19, although 0.95 * 20 may be a little more."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows are in each stage; stages without a row may be left out."""

    stages: Mapping[Stage, int]

    def of(self, stage: Stage) -> int:
        return self.stages.get(stage, 0)

    @property
    def total(self) -> int:
        return sum(self.stages.values())

    @property
    def awaited(self) -> int:
        """Of how many a new password is expected."""
        return sum(self.of(stage) for stage in AWAITED)

    @property
    def left(self) -> int:
        """How many certainly have none yet."""
        return sum(self.of(stage) for stage in LEFT)

    @property
    def share(self) -> float | None:
        """The part of those awaited who have a new password; None where nobody is awaited."""
        return self.of(Stage.CHANGED) / self.awaited if self.awaited else None

    def has_reached(self, fraction: float, missed: int = 0) -> bool:
        """Whether so many have a new password: of those awaited, and of as many whom the run has missed.

        Also where there is nobody of either.
        """
        return self.of(Stage.CHANGED) >= fraction * (self.awaited + missed) - ROUNDING

    def as_json(self) -> dict[str, int]:
        return {stage.value: self.of(stage) for stage in Stage}


def percent_text(share: float | None) -> str:
    """`60.0 %`, never rounded up: what is not 95 % does not read so."""
    return "–" if share is None else f"{floor(share * 1000 + ROUNDING) / 10:.1f} %"


def tally(rows: pd.DataFrame) -> Tally:
    return Tally(_by_stage(Counter(rows["stage"].tolist())))


def tallies(rows: pd.DataFrame, column: str) -> dict[Any, Tally]:
    """The tally of each value of a column, sorted by it."""
    counted: dict[str, dict[Stage, int]] = {}
    for value, stage, count in _sizes(rows, column, "stage"):
        counted.setdefault(value, {})[Stage(stage)] = count
    return {value: Tally(_by_stage(counted[value])) for value in sorted(counted)}


def reasons(rows: pd.DataFrame) -> list[tuple[Stage, str, int]]:
    """How many rows each line of the judging table decided, in the order of stages."""
    order = {stage: place for place, stage in enumerate(Stage)}
    found = [(Stage(stage), reason, count) for stage, reason, count in _sizes(rows, "stage", "reason")]
    return sorted(found, key=lambda each: (order[each[0]], -each[2], each[1]))


def _sizes(rows: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, Any, int]]:
    """How many rows share the values of two columns."""
    yield from tuples(rows.groupby([*columns], sort=False).size().reset_index())


def _by_stage(counts: Mapping[Stage, int]) -> dict[Stage, int]:
    return {stage: int(counts[stage]) for stage in Stage if counts.get(stage)}
