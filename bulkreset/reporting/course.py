"""What a page tells of a run beside its status and its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bulkreset.ledger.hindsight import Calls, SentMessages, StepCount
from bulkreset.ledger.states import Outcome
from bulkreset.reporting.plan.base import Origin


@dataclass(frozen=True, slots=True)
class RunWave:
    """One wave, and how its rows ended so far."""

    number: int
    rows: int
    outcomes: Mapping[Outcome, int]


@dataclass(frozen=True, slots=True)
class RunMedium:
    """A way of messages: how many the plan foresaw, how many a day may go, and who says so."""

    medium: str
    planned: int
    a_day: int | None
    source: str


@dataclass(frozen=True, slots=True)
class TokenLife:
    """How long an access token lives, as preflight learnt it; None where it could not, and its words."""

    seconds: int | None
    told: str = ""


@dataclass(frozen=True, slots=True)
class RunCourse:
    """How a run went.

    `planned_steps` are how many rows have each action in their plan, and `category_of` the quota that it
    draws from. `calls` come in slices of `slice_seconds`. `chain_break` is "" where the events are whole.
    """

    origin: Origin
    planned_seconds: int
    planned_steps: Mapping[str, int]
    steps: tuple[StepCount, ...]
    category_of: Mapping[str, str]
    calls: tuple[Calls, ...]
    slice_seconds: int
    waves: tuple[RunWave, ...]
    media: tuple[RunMedium, ...]
    messages: tuple[SentMessages, ...]
    tokens: TokenLife
    chain_break: str
