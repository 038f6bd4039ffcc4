"""The judging table: what ListUsers shows of one user, after what a run did, tells where that user stands.

The status says most. UserLastModifiedDate says only that something of the user changed, whoever changed it
and whatever it was; so it tells an old picture from a new one, and is never proof of a new password.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bulkreset.actions.base import Sequel
from bulkreset.errors import BulkresetError
from bulkreset.followup.stages import Stage
from bulkreset.users import UserStatus


class Presence(Enum):
    """Whether the pool still has the user."""

    HERE = "the pool has it"
    GONE = "the pool has no user of this name"
    ANOTHER = "the pool has another user of this name"


class Lapse(Enum):
    """How long a temporary password that the user may have is still good, at most."""

    GOOD = "good"
    SOON = "ends soon"
    OVER = "has ended"


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything of one row that the judgement depends on; rows that share it share the judgement.

    `sequel` is what was to follow the step that counts. `is_done`: Cognito confirmed that step; otherwise it
    is not known whether it took effect. `status` and `enabled` are of now, and mean nothing where nobody is.
    `had_to_change`: before the run the user was in RESET_REQUIRED or FORCE_CHANGE_PASSWORD.
    `is_newer`: what the pool shows was changed at or after the call. `is_touched`: changed well after it.
    `is_verified`: every contact that the row's steps marked verified still is.
    """

    sequel: Sequel
    is_done: bool
    presence: Presence
    status: UserStatus
    enabled: bool
    had_to_change: bool
    is_newer: bool
    is_touched: bool
    is_verified: bool
    lapse: Lapse


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: the first that holds decides. `when` is for people."""

    reason: str
    stage: Stage
    when: str
    holds: Callable[[Sight], bool]


def _is(sequel: Sequel, status: UserStatus | None = None) -> Callable[[Sight], bool]:
    return lambda sight: sight.sequel is sequel and status in (None, sight.status)


def _has(status: UserStatus) -> Callable[[Sight], bool]:
    return lambda sight: sight.status is status


def _temporary(lapse: Lapse) -> Callable[[Sight], bool]:
    return lambda sight: sight.status is UserStatus.FORCE_CHANGE_PASSWORD and sight.lapse is lapse


TABLE = (
    Line(
        "over-with-the-call",
        Stage.IN_FORCE,
        "tokens were revoked by the call itself; ListUsers shows nothing of it, so nobody was looked at",
        _is(Sequel.NOTHING_TO_SEE),
    ),
    Line("gone", Stage.VANISHED, "no user has this name any more", lambda s: s.presence is Presence.GONE),
    Line(
        "recreated",
        Stage.VANISHED,
        "another user has this name now: it has another sub, or was created after the call",
        lambda s: s.presence is Presence.ANOTHER,
    ),
    Line(
        "enabled-again",
        Stage.UNDONE,
        "the run disabled the user, and somebody enabled it",
        lambda s: s.sequel is Sequel.DISABLED and s.enabled,
    ),
    Line("still-disabled", Stage.IN_FORCE, "the run disabled the user, and it is", _is(Sequel.DISABLED)),
    Line(
        "disabled-again",
        Stage.UNDONE,
        "the run enabled the user, and somebody disabled it",
        lambda s: s.sequel is Sequel.ENABLED and not s.enabled,
    ),
    Line("still-enabled", Stage.IN_FORCE, "the run enabled the user, and it is", _is(Sequel.ENABLED)),
    Line(
        "still-verified",
        Stage.IN_FORCE,
        "the run marked a contact verified, and it is",
        lambda s: s.sequel in (Sequel.EMAIL_VERIFIED, Sequel.PHONE_VERIFIED) and s.is_verified,
    ),
    Line(
        "not-verified",
        Stage.UNDONE,
        "the run marked a contact verified, and it is not any more",
        lambda s: s.sequel in (Sequel.EMAIL_VERIFIED, Sequel.PHONE_VERIFIED),
    ),
    Line("disabled", Stage.DISABLED, "somebody disabled the user", lambda s: not s.enabled),
    Line(
        "password-set",
        Stage.IN_FORCE,
        "the run set a permanent password; whether the user has replaced it since is the user's own affair",
        lambda s: s.sequel is Sequel.PASSWORD and s.status is UserStatus.CONFIRMED and s.is_done,
    ),
    Line(
        "required-since",
        Stage.UNDONE,
        "the run set a permanent password, and somebody has asked for another since",
        lambda s: (
            s.sequel is Sequel.PASSWORD
            and s.is_done
            and s.status in (UserStatus.RESET_REQUIRED, UserStatus.FORCE_CHANGE_PASSWORD)
        ),
    ),
    Line("reset-required", Stage.PENDING, "status RESET_REQUIRED", _has(UserStatus.RESET_REQUIRED)),
    Line(
        "temporary-password-over",
        Stage.EXPIRED,
        "status FORCE_CHANGE_PASSWORD, and every temporary password set so far has ended",
        _temporary(Lapse.OVER),
    ),
    Line(
        "temporary-password-ends",
        Stage.EXPIRING,
        "status FORCE_CHANGE_PASSWORD, and the temporary password ends within the time asked for",
        _temporary(Lapse.SOON),
    ),
    Line("temporary-password", Stage.PENDING, "status FORCE_CHANGE_PASSWORD", _temporary(Lapse.GOOD)),
    Line(
        "unexpected-status",
        Stage.UNCLEAR,
        "the user has a status that no step of the run leads to",
        lambda s: s.status is not UserStatus.CONFIRMED,
    ),
    Line(
        "call-unknown",
        Stage.UNCLEAR,
        "status CONFIRMED, and it is not known whether the call took effect",
        lambda s: not s.is_done and not (s.had_to_change and s.sequel in (Sequel.CODE, Sequel.TEMPORARY)),
    ),
    Line(
        "not-touched",
        Stage.PENDING,
        "nobody knows the password that the run set, and nothing of the user has changed since",
        lambda s: s.sequel is Sequel.RECOVERY and not s.is_touched,
    ),
    Line(
        "touched",
        Stage.UNCLEAR,
        "nobody knows the password that the run set, and something of the user has changed since: a new "
        "password, or anything else",
        _is(Sequel.RECOVERY),
    ),
    Line(
        "older-than-the-call",
        Stage.UNCLEAR,
        "status CONFIRMED, but not changed since the call: the list lags behind, or the call was undone",
        lambda s: not s.is_newer and not s.had_to_change,
    ),
    Line(
        "confirmed",
        Stage.CHANGED,
        "status CONFIRMED: the user has chosen a new password, or an administrator has set a permanent one",
        _has(UserStatus.CONFIRMED),
    ),
)


def judge(sight: Sight) -> Line:
    """The line of the table that decides. Raises BulkresetError if none does: a bug in the table."""
    for line in TABLE:
        if line.holds(sight):
            return line
    raise BulkresetError(f"no line of the follow-up's table judges {sight}")
