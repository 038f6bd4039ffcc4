"""reset-password: deactivate the password and have Cognito send the user a code."""

from __future__ import annotations

from bulkreset.actions.base import Action, Evidence, Sequel, Target, Verdict, user_only
from bulkreset.users import UserStatus

FASTEST_RECOVERY_SECONDS = 2.0
"""No user receives a code and sets a password with it within this time of the call."""


def _request(target: Target) -> dict[str, object]:
    request = user_only(target)
    if target.client_metadata:
        request["ClientMetadata"] = dict(target.client_metadata)
    return request


def _confirmed_by(evidence: Evidence) -> Verdict:
    """RESET_REQUIRED proves the call, unless the user was in it before.

    A user who is CONFIRMED and was changed well after the call may have been reset and have
    chosen a new password already: sending again could mail that user twice.
    """
    changed_after = evidence.now.modified_at > evidence.called_at
    if evidence.now.status is UserStatus.RESET_REQUIRED:
        if evidence.status_before is not UserStatus.RESET_REQUIRED or changed_after:
            return Verdict.EFFECT
        return Verdict.CANNOT_TELL
    if evidence.now.status is not evidence.status_before:
        return Verdict.CANNOT_TELL
    if evidence.now.modified_at > evidence.called_at + FASTEST_RECOVERY_SECONDS:
        return Verdict.CANNOT_TELL
    return Verdict.NO_EFFECT


ACTION = Action(
    name="reset-password",
    summary="force a new password: the user gets a code and cannot sign in before using it",
    operation="AdminResetUserPassword",
    category="UserAccountRecovery",
    request=_request,
    sends_message=True,
    bills_user=False,
    repeat_safe=False,
    confirmed_by=_confirmed_by,
    user_sees=(
        "The old password stops working, and a message with a code arrives. Signing in asks for that code "
        "and a new password. The code is valid for an hour; “forgot password” sends another."
    ),
    lasting=(
        "A message that was sent cannot be called back, and the old password does not come back: only a new "
        "one, the user’s own or an administrator’s, lets the user in again."
    ),
    sequel=Sequel.CODE,
)
