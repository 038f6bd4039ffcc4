"""temporary-password: every user gets a password of its own, and must replace it at the next sign-in.

It needs no contact of the user, and sends nothing: the passwords are handed out.
"""

from __future__ import annotations

from bulkreset.goals.base import SKIP, Goal, Rule, do
from bulkreset.goals.common import IDENTITY_RULES, always, has_status
from bulkreset.goals.password import (
    CHANGED_SINCE,
    COMMON_KEYS,
    NO_CONTACT_TO_INVITE,
    SIGN_OUT_KEY,
    UNSUITABLE,
    giving,
    resend,
)
from bulkreset.settings.policy import PolicyKey
from bulkreset.users import UserStatus

_give = giving("set-temporary-password")

GOAL = Goal(
    name="temporary-password",
    summary="every user gets a temporary password, handed out sealed, to be replaced at the next sign-in",
    keys=(
        SIGN_OUT_KEY,
        PolicyKey(
            "must_change",
            "the user has a temporary password already; `resend-invitation` has Cognito send a new one",
            values=("skip", "temporary-password", "resend-invitation"),
            default="skip",
        ),
        PolicyKey(
            "already_required",
            "a reset is required, and the user may have a code for it, which a new password voids",
            values=("temporary-password", "skip"),
            default="temporary-password",
        ),
        *COMMON_KEYS,
    ),
    rules=(
        *IDENTITY_RULES,
        *UNSUITABLE,
        CHANGED_SINCE,
        NO_CONTACT_TO_INVITE,
        Rule(
            "already-must-change",
            "status FORCE_CHANGE_PASSWORD",
            has_status(UserStatus.FORCE_CHANGE_PASSWORD),
            {
                "skip": SKIP,
                "temporary-password": do(_give, "give-again"),
                "resend-invitation": do(resend, "resend-invitation"),
            },
            policy="must_change",
        ),
        Rule(
            "already-required",
            "status RESET_REQUIRED",
            has_status(UserStatus.RESET_REQUIRED),
            {"temporary-password": do(_give, "reset-was-required"), "skip": SKIP},
            policy="already_required",
        ),
        Rule("ready", "status CONFIRMED", always, do(_give)),
    ),
)
