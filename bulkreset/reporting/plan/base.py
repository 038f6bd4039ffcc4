"""What there is to tell of a plan, and what a writer of plans is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TextIO

from bulkreset.ledger.records import PlannedRow
from bulkreset.planning.summary import CategoryTime
from bulkreset.preflight.base import Finding


@dataclass(frozen=True, slots=True)
class PlanGroup:
    """Rows that share decision, reason, steps and medium. `meaning` is the goal's wording of the reason."""

    decision: str
    reason: str
    meaning: str
    steps: tuple[str, ...]
    medium: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Experience:
    """What so many users will notice, one sentence or two for each step that they notice.

    `media` has how many of them get a message, by medium.
    """

    users: int
    steps: tuple[str, ...]
    media: Mapping[str, int]
    sees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lasting:
    """What nobody can take back once an action was done to so many users."""

    action: str
    users: int
    told: str


@dataclass(frozen=True, slots=True)
class Billing:
    """Who becomes billed as active this month.

    `users` is at most how many by planned calls, `by_action` how many of them each action touches.
    `read_in_full` were billed by planning itself. `read_backs` says whether a lost answer may add one.
    """

    users: int
    by_action: Mapping[str, int]
    read_in_full: int
    read_backs: bool


@dataclass(frozen=True, slots=True)
class PlanWave:
    """One wave; `begin` and `end` are in epoch seconds, None where the plan does not come so far."""

    number: int
    rows: int
    begin: float | None
    end: float | None


@dataclass(frozen=True, slots=True)
class PlanDay:
    """What happens on one day in UTC."""

    day: date
    rows: int
    messages: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PlanMessages:
    """Messages of one medium; `a_day` is None where no daily limit is known."""

    medium: str
    messages: int
    a_day: int | None
    source: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """How the run goes, had it begun when it was planned.

    `finish` is in epoch seconds, and None where `obstacle` comes first. `conduct` are the job's own terms.
    """

    seconds: int
    categories: tuple[CategoryTime, ...]
    waves: tuple[PlanWave, ...]
    days: tuple[PlanDay, ...]
    conduct: tuple[str, ...]
    waits_for_a_person: bool
    finish: float | None
    obstacle: str
    left: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a plan comes from. Times are in epoch seconds; `caller` is "" where AWS was not asked.

    The users are those of `manifest`, or of `selection` if that says something.
    """

    run: str
    version: str
    state: str
    pool_id: str
    pool_name: str
    pool_users: int
    account_id: str
    region: str
    endpoint_url: str
    manifest: str
    manifest_sha256: str
    selection: str
    snapshot: str
    reason: str
    read_at: float
    planned_at: float
    planned_by: str
    caller: str


@dataclass(frozen=True, slots=True)
class ToldPlan:
    """A plan, ready to be told: `rows` can be walked once.

    `findings` is None where nobody was asked, because the plan was made from a snapshot. `approvals` is how
    many others have to approve.
    """

    digest: str
    goal: str
    summary: str
    origin: Origin
    decisions: Mapping[str, int]
    users: int
    messages: tuple[PlanMessages, ...]
    groups: tuple[PlanGroup, ...]
    experiences: tuple[Experience, ...]
    lasting: tuple[Lasting, ...]
    billing: Billing
    course: Course
    findings: tuple[Finding, ...] | None
    approvals: int
    extra_columns: tuple[str, ...]
    rows: Iterator[PlannedRow]

    @property
    def total(self) -> int:
        return sum(self.decisions.values())


@dataclass(frozen=True, slots=True)
class PlanWriter:
    """One format of a plan. `is_for_files`: nothing to read on a terminal."""

    name: str
    summary: str
    write: Callable[[ToldPlan, TextIO], None]
    is_for_files: bool = False


COLUMNS = (
    "row",
    "identifier",
    "username",
    "decision",
    "reason",
    "steps",
    "medium",
    "wave",
    "state",
    "problem",
)
"""The columns of a plan's rows in their order; the manifest's own follow."""


def row_cells(row: PlannedRow) -> dict[str, Any]:
    """A plan row by column."""
    return {name: getattr(row, name) for name in COLUMNS}
