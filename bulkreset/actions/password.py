"""What actions that set a password share: the request, and how a lost answer is judged.

The call is not safe to repeat: whoever takes up a killed run has to set another password, and would take
one away that was handed out meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable

from bulkreset.actions.base import Evidence, Target, Verdict, user_only
from bulkreset.users import UserStatus

LONGEST_EFFECT_SECONDS = 15.0
"""A call that reaches Cognito has its effect within this time, clocks that differ by a second included."""

FASTEST_CHANGE_SECONDS = 2.0
"""No user is given a password and replaces it within this time of the call."""


def setting_password(*, permanent: bool) -> Callable[[Target], dict[str, object]]:
    """The request that sets the target's password. Raises ValueError for a target without one."""

    def request(target: Target) -> dict[str, object]:
        if target.password is None:
            raise ValueError("there is no password to set")
        return {**user_only(target), "Password": target.password.reveal(), "Permanent": permanent}

    return request


def leading_to(status: UserStatus) -> Callable[[Evidence], Verdict]:
    """The judge of a call that makes a user's status this one.

    Where the user had that status before, only the time of the last change tells: one at the time of the
    call was most likely the call, and one later may have been anybody's.
    """

    def confirmed_by(evidence: Evidence) -> Verdict:
        after = evidence.now.modified_at - evidence.called_at
        if evidence.now.status is evidence.status_before is not status:
            return Verdict.NO_EFFECT if after <= FASTEST_CHANGE_SECONDS else Verdict.CANNOT_TELL
        if evidence.now.status is not status:
            return Verdict.CANNOT_TELL
        if evidence.status_before is not status or 0 <= after <= LONGEST_EFFECT_SECONDS:
            return Verdict.EFFECT
        return Verdict.NO_EFFECT if after < 0 else Verdict.CANNOT_TELL

    return confirmed_by
