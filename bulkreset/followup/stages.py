"""The stages that a row of a run can be found in, and which of them count as what."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Where the user of a row stands. Each row has exactly one, in the order of the funnel."""

    CHANGED = "changed"
    PENDING = "pending"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    UNCLEAR = "unclear"
    DISABLED = "disabled"
    VANISHED = "vanished"
    IN_FORCE = "in-force"
    UNDONE = "undone"


MEANINGS = {
    Stage.CHANGED: "has a new password, set since the run",
    Stage.PENDING: "still has to set a new password",
    Stage.EXPIRING: "still has to, and the temporary password ends soon",
    Stage.EXPIRED: "cannot get in any more: the temporary password has ended",
    Stage.UNCLEAR: "ListUsers does not tell",
    Stage.DISABLED: "is disabled, and cannot sign in",
    Stage.VANISHED: "is not in the pool any more",
    Stage.IN_FORCE: "nothing was left for the user to do, and it still is as the run left it",
    Stage.UNDONE: "nothing was left for the user to do, and somebody has changed it back since",
}

LEFT = frozenset({Stage.PENDING, Stage.EXPIRING, Stage.EXPIRED})
"""Who certainly has no new password yet, and could be given another push."""

AWAITED = LEFT | {Stage.CHANGED, Stage.UNCLEAR}
"""Of whom a new password is expected: the whole that a percentage is of. Who is gone or disabled is not."""
