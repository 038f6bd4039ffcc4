"""What there is to tell of a follow-up, and what a writer of follow-ups is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TextIO

import pandas as pd

from bulkreset.followup.history import Point
from bulkreset.followup.stages import LEFT, Stage
from bulkreset.followup.tally import Tally
from bulkreset.planning.frames import tuples


@dataclass(frozen=True, slots=True)
class Subject:
    """The run that is followed up. `begun_at`, in epoch seconds, is None where nothing was called."""

    run: str
    digest: str
    goal: str
    reason: str
    state: str
    pool_id: str
    version: str
    begun_at: float | None
    rows: int
    extra_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """So many rows are in a stage for a reason; `meaning` is the wording of the judging table."""

    stage: Stage
    reason: str
    meaning: str
    rows: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up, ready to be told.

    `read_at` is on AWS's clock, `read` says how the users were read. `others` are the rows that were not
    looked at, by outcome; `missed` of them are rows that the plan meant to do. `unfinished` rows were looked
    at although a step after the one that counts is not done. `by_column` is the column of the manifest that
    `groups` are the values of, "" for none. `rows` are the judged rows, `extras` gives the manifest's other
    cells of rows by number, in order.
    """

    subject: Subject
    read_at: float
    read: str
    valid_days: int
    soon_seconds: float
    whole: Tally
    others: Mapping[str, int]
    missed: int
    unfinished: int
    reasons: tuple[Reason, ...]
    waves: Mapping[int, Tally]
    steps: Mapping[str, Tally]
    by_column: str
    groups: Mapping[str, Tally]
    history: Sequence[Point]
    rows: pd.DataFrame = field(repr=False)
    extras: Callable[[frozenset[int]], Iterator[tuple[str, ...]]] = field(repr=False)

    @property
    def is_over(self) -> bool:
        """Whether the run came to every row: until then others may still have to change their password."""
        return self.subject.state == "finished"

    @property
    def burn_down(self) -> tuple[Point, ...]:
        """The follow-ups so far, from the beginning of the run on, when nobody had changed anything."""
        if self.subject.begun_at is None or not self.history or not self.whole.awaited:
            return tuple(self.history)
        begin = Tally({Stage.PENDING: self.history[0].tally.awaited})
        return (Point(self.subject.begun_at, begin), *self.history)

    @property
    def point(self) -> Point:
        """What this follow-up adds to the burn-down."""
        return Point(self.read_at, self.whole, self.missed)

    def has_reached(self, fraction: float) -> bool:
        """Whether the run is over, and so many of all whom the plan meant to do have a new password."""
        return self.is_over and self.point.has_reached(fraction)

    @property
    def left(self) -> pd.DataFrame:
        return self.rows[self.rows["stage"].isin(LEFT)]


@dataclass(frozen=True, slots=True)
class FollowUpWriter:
    """One format of a follow-up."""

    name: str
    summary: str
    write: Callable[[FollowUp, TextIO], None]


CELLS = ("row", "identifier", "username", "sub", "stage", "reason", "step", "wave", "status", "expires_at")
"""What is told of each row that is left, in this order."""


def left_cells(rows: pd.DataFrame) -> Iterator[tuple[int, str, str, str, str, str, str, int, str, float]]:
    """The rows by CELLS."""
    yield from tuples(rows[list(CELLS)])
