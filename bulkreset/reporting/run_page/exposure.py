"""How long somebody who holds a token of a user may still use it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bulkreset.ledger.states import Outcome, StepState
from bulkreset.preflight.wording import lifetime
from bulkreset.reporting.course import RunCourse, TokenLife

ENDS_SESSIONS = ("sign-out", "disable-user")
"""The actions that revoke tokens. AWS names no other: a reset alone does not."""

LONGEST_SECONDS = 86_400
"""The longest that Cognito lets an access token live."""

KEEP_SESSIONS = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.DRIFTED, Outcome.BLOCKED, Outcome.NOT_ATTEMPTED)

NOBODY = ((Outcome.BLOCKED.value, "not-found"), (Outcome.FAILED.value, "UserNotFoundException"))
"""Outcome and code of rows that no user belongs to, who could keep anything."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """`ended` of `planned` sessions were ended, the last at `last_at`; `dead_at` is when the last token dies.

    `is_known` says whether preflight learnt how long tokens live; otherwise `seconds` is Cognito's maximum.
    `keeping` are the rows by outcome that may keep their sessions.
    """

    planned: int
    ended: int
    last_at: float | None
    tokens: TokenLife
    keeping: Mapping[str, int]

    @property
    def is_known(self) -> bool:
        return self.tokens.seconds is not None

    @property
    def seconds(self) -> int:
        return self.tokens.seconds if self.tokens.seconds is not None else LONGEST_SECONDS

    @property
    def lasting(self) -> str:
        return lifetime(self.seconds)

    @property
    def dead_at(self) -> float | None:
        return None if self.last_at is None else self.last_at + self.seconds

    @property
    def is_over(self) -> bool:
        """Whether every sign-out that was planned was made."""
        return self.planned == self.ended > 0


def exposure_of(
    course: RunCourse, outcomes: Mapping[str, int], codes: Mapping[tuple[str, str], int]
) -> Exposure:
    """The exposure that a run leaves; `codes` counts its rows by outcome and code."""
    nobody = Counter({outcome: codes[outcome, code] for outcome, code in NOBODY if (outcome, code) in codes})
    keeping = {outcome.value: outcomes.get(outcome, 0) - nobody[outcome.value] for outcome in KEEP_SESSIONS}
    made = [one for one in course.steps if one.action in ENDS_SESSIONS and one.state is StepState.DONE]
    times = [one.last_at for one in made if one.last_at is not None]
    return Exposure(
        planned=sum(course.planned_steps.get(action, 0) for action in ENDS_SESSIONS),
        ended=sum(one.steps for one in made),
        last_at=max(times, default=None),
        tokens=course.tokens,
        keeping={outcome: rows for outcome, rows in keeping.items() if rows},
    )
