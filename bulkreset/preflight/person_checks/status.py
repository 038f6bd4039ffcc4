"""Whether a user in this status is sent a recovery code at all.

Sources: Developer Guide, "Signing up and confirming user accounts"; API Reference, AdminResetUserPassword and
ForgotPassword. Which error each status meets is reported by users of the SDKs.
"""

from __future__ import annotations

from collections.abc import Mapping

from bulkreset.clock import iso
from bulkreset.preflight.base import Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.person import Person, PersonCheck
from bulkreset.users import UserStatus

CODE_SECONDS = 3_600
"""A reset code is valid for one hour (Developer Guide, "Quotas in Amazon Cognito")."""

NOT_SENT: Mapping[UserStatus, tuple[str, str]] = {
    UserStatus.UNCONFIRMED: (
        "Cognito resets no password of a sign-up that was never confirmed",
        "have the user confirm the sign-up, or confirm it for the user once you know who it is",
    ),
    UserStatus.FORCE_CHANGE_PASSWORD: (
        "the user has a temporary password, and Cognito resets none, also where that one has expired",
        "give the user a new temporary password, or send the invitation again",
    ),
    UserStatus.EXTERNAL_PROVIDER: (
        "the password is at the identity provider that the user signs in with; there is none here to reset",
        "send the user to that provider",
    ),
}


def _examine(person: Person, _facts: Facts) -> Found:
    user = person.user
    if user is None:
        return
    if not user.enabled:
        yield Told(
            Severity.PROBLEM,
            "the user is disabled",
            "Cognito sends a disabled user nothing; an app client that hides which users exist says all the "
            "same that a code was sent",
            "find out who disabled the user and why before you enable it",
        )
    if user.status in NOT_SENT:
        meaning, advice = NOT_SENT[user.status]
        yield Told(
            Severity.PROBLEM, f"the status is {user.status}: no recovery code is sent", meaning, advice
        )
    if user.status is UserStatus.RESET_REQUIRED:
        since = person.now - user.modified_at
        has_ended = since > CODE_SECONDS
        yield Told(
            Severity.WARNING if has_ended else Severity.NOTE,
            "the code of the reset has expired" if has_ended else "a code was sent within the last hour",
            f"the user must choose a new password, and was last changed at {iso(user.modified_at)}; a code "
            "is valid for one hour, one that the user asked for since may still be",
            "have the user ask for a new code with `forgot password`, which works in this status",
        )


CHECK = PersonCheck(
    "status",
    "disabled users, and statuses that get no recovery code",
    "Developer Guide, Signing up and confirming user accounts",
    _examine,
)
