"""The numbers of a run at one moment, and what each of them is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rate:
    """Calls per second of a quota category: what the run may use, and what it has used while it called."""

    granted: float
    used: float


@dataclass(frozen=True, slots=True)
class Sample:
    """A run at one moment. Times are in epoch seconds. No user is in it.

    `states` are all that a run may be in. `progressed_at` is when the last row came to its end.
    """

    at: float
    run: str
    pool_id: str
    goal: str
    state: str
    states: tuple[str, ...]
    planned: Mapping[str, int]
    outcomes: Mapping[str, int]
    calls: Mapping[str, int]
    throttled: Mapping[str, int]
    rates: Mapping[str, Rate]
    wave: int
    waves: int
    progressed_at: float


class Kind(StrEnum):
    GAUGE = "gauge"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class Measure:
    """One metric: its name without a prefix, what its values are, and how they are told apart.

    `unit` is CloudWatch's. `label` is "" where there is one value for the run.
    """

    name: str
    unit: str
    meaning: str
    read: Callable[[Sample], Mapping[str, float]] = field(repr=False)
    label: str = ""
    kind: Kind = Kind.GAUGE


def _one(value: float) -> Mapping[str, float]:
    return {"": value}


MEASURES = (
    Measure(
        "run_state",
        "Count",
        "1 for the state that the run is in, 0 for the others.",
        lambda sample: {state: float(state == sample.state) for state in sample.states},
        "state",
    ),
    Measure(
        "planned_rows",
        "Count",
        "Rows of the manifest by what the plan says of them.",
        lambda sample: sample.planned,
        "decision",
    ),
    Measure(
        "rows",
        "Count",
        "Rows of the manifest by what has become of them so far.",
        lambda sample: sample.outcomes,
        "outcome",
    ),
    Measure("wave", "Count", "The wave at hand, counted from 1.", lambda sample: _one(sample.wave)),
    Measure("waves", "Count", "How many waves the run has.", lambda sample: _one(sample.waves)),
    Measure(
        "calls",
        "Count",
        "Calls to AWS that the run has made.",
        lambda sample: sample.calls,
        "operation",
        Kind.COUNTER,
    ),
    Measure(
        "throttled",
        "Count",
        "Calls that AWS refused because there were too many.",
        lambda sample: sample.throttled,
        "category",
        Kind.COUNTER,
    ),
    Measure(
        "rate_granted_per_second",
        "Count/Second",
        "Calls a second that the run is granted, its share of the quota; it may take less for a while.",
        lambda sample: {name: rate.granted for name, rate in sample.rates.items()},
        "category",
    ),
    Measure(
        "rate_used_per_second",
        "Count/Second",
        "Calls a second made while the category was called.",
        lambda sample: {name: rate.used for name, rate in sample.rates.items()},
        "category",
    ),
    Measure(
        "last_progress_timestamp_seconds",
        "Seconds",
        "When a row last came to its end, in epoch seconds.",
        lambda sample: _one(sample.progressed_at),
    ),
    Measure(
        "last_written_timestamp_seconds",
        "Seconds",
        "When these numbers were read, in epoch seconds.",
        lambda sample: _one(sample.at),
    ),
)
"""Every metric there is. The labels have few values: states, decisions, outcomes, operations, categories."""


def values(measure: Measure, sample: Sample) -> Iterator[tuple[str, float]]:
    """The values of a metric, each with that of its label."""
    yield from sorted(measure.read(sample).items())
