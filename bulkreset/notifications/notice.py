"""What is told: how a run stands, in numbers. No user is in it, by no name, nor any text of Cognito's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bulkreset.clock import iso
from bulkreset.settings.notify import AnyKind

VERSION = 1
"""Of the payload: another number once a key goes away or means something else."""


class Cause(StrEnum):
    """Why a run stopped."""

    NONE = ""
    TOO_MANY_FAILED = "too-many-failed"
    TOO_MANY_DRIFTED = "too-many-drifted"
    ORDERED = "ordered"
    WAVE_TO_CONFIRM = "wave-to-confirm"
    SCHEDULE = "schedule"
    REFUSED = "refused"
    BROKE_OFF = "broke-off"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Which run it is. `name` is that of its file, without the folder."""

    name: str
    digest: str
    pool_id: str
    region: str
    goal: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """How many users of a run have changed their password since. `milestone`, if any, is in percent."""

    users: int
    changed: int
    pending: int
    milestone: float | None = None

    @property
    def changed_percent(self) -> float:
        return round(100 * self.changed / self.users, 1) if self.users else 0.0


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing that is told. `id` is the same where the same is told twice; `at` is in epoch seconds.

    `rows` are those of the manifest by decision, `outcomes` the same rows by what became of them.
    """

    id: str
    kind: AnyKind
    at: float
    run: RunFacts
    state: str
    rows: Mapping[str, int]
    outcomes: Mapping[str, int]
    throttled: int = 0
    wave: int | None = None
    waves: int | None = None
    cause: Cause = Cause.NONE
    follow_up: FollowUp | None = None

    @property
    def to_do(self) -> int:
        return self.rows.get("do", 0)

    @property
    def settled(self) -> int:
        """The rows to do that were called, or found changed: whatever became of them."""
        return sum(self.outcomes.get(name, 0) for name in ("done", "failed", "unknown", "drifted"))

    @property
    def failed_percent(self) -> float:
        """Of the rows that were called, how many failed."""
        called = self.settled - self.outcomes.get("drifted", 0)
        failed = self.outcomes.get("failed", 0) + self.outcomes.get("unknown", 0)
        return round(100 * failed / called, 1) if called else 0.0

    @property
    def has_trouble(self) -> bool:
        """Whether some row is not as wanted."""
        return any(self.outcomes.get(name, 0) for name in ("failed", "unknown", "drifted"))

    def payload(self, text: str) -> dict[str, Any]:
        """The JSON object of docs/notifications.md, and of schemas/notification.json."""
        run = self.run
        follow_up = self.follow_up
        return {
            "version": VERSION,
            "id": self.id,
            "kind": self.kind,
            "at": iso(self.at),
            "text": text,
            "run": run.name,
            "digest": run.digest,
            "pool_id": run.pool_id,
            "region": run.region,
            "goal": run.goal,
            "state": self.state,
            "cause": self.cause.value or None,
            "rows": dict(self.rows),
            "outcomes": dict(self.outcomes),
            "failed_percent": self.failed_percent,
            "throttled": self.throttled,
            "wave": {"number": self.wave, "of": self.waves} if self.wave is not None else None,
            "follow_up": {
                "users": follow_up.users,
                "changed": follow_up.changed,
                "pending": follow_up.pending,
                "changed_percent": follow_up.changed_percent,
                "milestone_percent": follow_up.milestone,
            }
            if follow_up
            else None,
            **({"reason": run.reason} if run.reason else {}),
        }
