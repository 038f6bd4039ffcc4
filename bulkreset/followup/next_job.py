"""The job for who is left: its goal, its policy, and who of them it is for.

It must do what it says to exactly those who are left, also where some of them change their password before it
is planned. So it says `not_changed_since`: who is CONFIRMED and was changed after that is skipped. A read
takes minutes, in which some change theirs after they were read: the moment of the job is before it began, and
who was changed since gets one in the manifest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

import numpy as np
import pandas as pd

from bulkreset.errors import InputError
from bulkreset.followup.stages import LEFT
from bulkreset.goals.common import PROTECTED
from bulkreset.settings.moments import moment_text
from bulkreset.settings.policy import PolicyValue
from bulkreset.users import UserStatus

FORCE_RESET, TEMPORARY, SIGN_OUT, DISABLE = "force-reset", "temporary-password", "sign-out", "disable"
ESCALATIONS = (DISABLE, TEMPORARY, SIGN_OUT)
RESEND = "resend-invitation"
MUST_CHANGE = "must_change"
NOT_CHANGED_SINCE = "not_changed_since"

LAG_SECONDS = 60.0
"""ListUsers is eventually consistent, and AWS's clock is known to the second (ADR 11)."""

FOR_THOSE_OF_BEFORE = frozenset(
    {"already_required", MUST_CHANGE, NOT_CHANGED_SINCE, "changed_since", "disabled"}
)
"""Policies of the former job that would speak of these users as they were then."""

NOBODY = "nobody is left: there is nothing to write"
NOBODY_TO_REMIND = (
    "nobody of those who are left can be reminded: Cognito sends a code only to who is in "
    "RESET_REQUIRED, and an invitation only to who has a temporary password; "
    "`--escalate temporary-password` gives them one"
)
NEEDS_RECIPIENT = (
    "the job sets passwords and nobody could hand them out: the former job names nobody; add "
    "`--recipient age1…`, which `bulkreset handout keygen` prints"
)


@dataclass(frozen=True, slots=True)
class Former:
    """What of the former run decides about the next job. `policy` is what its job said, defaults included."""

    goal: str
    policy: Mapping[str, PolicyValue]
    admin_only: bool
    hands_out: bool


@dataclass(frozen=True, slots=True)
class NextJob:
    """A job in the making. `rows` are who it is for; `overrides` are cells of its manifest, by column.

    `left_out` is how many are left whom it cannot do anything for.
    """

    goal: str
    policy: dict[str, object]
    rows: pd.DataFrame
    left_out: int = 0
    sets_passwords: bool = False
    overrides: dict[str, pd.Series[str]] = field(default_factory=dict)


def left(rows: pd.DataFrame) -> pd.DataFrame:
    """The judged rows of who certainly has no new password yet."""
    return rows[rows["stage"].isin(LEFT)]


def reminder(rows: pd.DataFrame, former: Former, read_at: float) -> NextJob:
    """The job that sends a new code, or gives a new temporary password, to who is left.

    `read_at` is when the read of the users began, on AWS's clock. Raises InputError where nobody is left
    whom it could do anything for.
    """
    waiting = left(rows)
    if waiting.empty:
        raise InputError(NOBODY)
    ways = _ways(waiting, former)
    who = waiting[ways != ""]
    if who.empty:
        raise InputError(NOBODY_TO_REMIND if not _lacks_handout(waiting, former) else NEEDS_RECIPIENT)
    ways = ways[ways != ""]
    is_temporary = (who["status"] == UserStatus.FORCE_CHANGE_PASSWORD.value).all()
    resets = former.goal == FORCE_RESET or not is_temporary
    goal = FORCE_RESET if resets and not former.admin_only else TEMPORARY
    policy: dict[str, object] = {}
    overrides: dict[str, pd.Series[str]] = {}
    temporary = ways[who["status"] == UserStatus.FORCE_CHANGE_PASSWORD.value]
    if len(temporary):
        policy[MUST_CHANGE] = str(temporary.mode().iloc[0])
        if len(set(temporary)) > 1:
            overrides[f"policy.{MUST_CHANGE}"] = ways.where(ways.isin((TEMPORARY, RESEND)), "")
    if goal == FORCE_RESET:
        policy["already_required"] = "send-again"
    guard = _guard(goal, who, read_at)
    return NextJob(
        goal,
        _carried(goal, former) | policy | guard.policy,
        who,
        left_out=len(waiting) - len(who),
        sets_passwords=bool((ways == TEMPORARY).any()),
        overrides=overrides | guard.overrides,
    )


def escalation(rows: pd.DataFrame, former: Former, to: str, read_at: float) -> NextJob:
    """The job that disables who is left, gives them a temporary password, or signs them out.

    `read_at` is when the read of the users began, on AWS's clock. Raises InputError where nobody is left, or
    nobody could hand the passwords out.
    """
    who = left(rows)
    if who.empty:
        raise InputError(NOBODY)
    if to == TEMPORARY and not former.hands_out:
        raise InputError(NEEDS_RECIPIENT)
    policy: dict[str, object] = {}
    if to == TEMPORARY:
        policy = {"already_required": TEMPORARY, MUST_CHANGE: TEMPORARY}
    guard = _guard(to, who, read_at)
    return NextJob(
        to,
        _carried(to, former) | policy | guard.policy,
        who,
        sets_passwords=to == TEMPORARY,
        overrides=guard.overrides,
    )


def _ways(waiting: pd.DataFrame, former: Former) -> pd.Series[str]:
    """How each of them can be reminded; "" where Cognito has no way.

    An invitation needs a contact, a temporary password somebody to hand it out. What the former run did is
    done again where both are possible.
    """
    is_reset = (waiting["status"] == UserStatus.RESET_REQUIRED.value).to_numpy(dtype=bool)
    is_temporary = (waiting["status"] == UserStatus.FORCE_CHANGE_PASSWORD.value).to_numpy(dtype=bool)
    was_invited = (waiting["step"] == RESEND).to_numpy(dtype=bool)
    can_invite = waiting["has_contact"].to_numpy(dtype=bool)
    gives = np.full(len(waiting), former.hands_out)
    ways = np.select(
        [
            is_reset & former.admin_only & gives,
            is_reset & former.admin_only,
            is_reset,
            ~is_temporary,
            gives & ~(was_invited & can_invite),
            can_invite,
        ],
        [TEMPORARY, "", "send-again", "", TEMPORARY, RESEND],
        "",
    )
    return pd.Series(ways, waiting.index, dtype="str")


def _lacks_handout(waiting: pd.DataFrame, former: Former) -> bool:
    temporary = waiting["status"] == UserStatus.FORCE_CHANGE_PASSWORD.value
    return not former.hands_out and bool(temporary.any() or former.admin_only)


def _carried(goal: str, former: Former) -> dict[str, object]:
    """What the former job said that goes for this one, too."""
    carried = former.policy if goal == former.goal else {PROTECTED.name: former.policy.get(PROTECTED.name)}
    return {key: value for key, value in carried.items() if key not in FOR_THOSE_OF_BEFORE}


@dataclass(frozen=True, slots=True)
class _Guard:
    """The moment after which a change protects: that of the job, and of rows that have one of their own."""

    policy: dict[str, object] = field(default_factory=dict)
    overrides: dict[str, pd.Series[str]] = field(default_factory=dict)


def _guard(goal: str, who: pd.DataFrame, read_at: float) -> _Guard:
    if goal == SIGN_OUT:
        return _Guard()
    if goal == FORCE_RESET:
        # A reset that is required already is never protected by this key: the earliest call serves.
        return _Guard({NOT_CHANGED_SINCE: moment_text(float(who["called_at"].min()) - 1.0)})
    # The other goals ask it of everybody, so it is not before the last change that was seen of a user. Nor
    # may it be after the user was read: who changed the password in between would not be protected.
    changed = who["modified_at"]
    everybodys = min(float(changed.max()), read_at - LAG_SECONDS)
    own = [moment_text(_upwards(moment)) if moment > everybodys else "" for moment in changed.tolist()]
    overrides = {f"policy.{NOT_CHANGED_SINCE}": pd.Series(own, who.index, dtype="str")} if any(own) else {}
    return _Guard({NOT_CHANGED_SINCE: moment_text(_upwards(everybodys))}, overrides)


def _upwards(moment: float) -> float:
    """Just after, in whole microseconds, which is as far as a moment is written."""
    return (ceil(moment * 1e6) + 1) / 1e6
