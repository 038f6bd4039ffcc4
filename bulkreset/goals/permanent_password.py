"""permanent-password: every user gets a password of its own that stays, as in a migration.

It needs no contact of the user, and sends nothing: the passwords are handed out.
"""

from __future__ import annotations

from bulkreset.goals.base import SKIP, Goal, Rule, do
from bulkreset.goals.common import IDENTITY_RULES, always, has_status
from bulkreset.goals.password import CHANGED_SINCE, COMMON_KEYS, SIGN_OUT_KEY, UNSUITABLE, giving
from bulkreset.settings.policy import PolicyKey
from bulkreset.users import UserStatus

_give = giving("set-permanent-password")

GOAL = Goal(
    name="permanent-password",
    summary="every user gets a password that stays, handed out sealed; temporary ones end by it",
    keys=(
        SIGN_OUT_KEY,
        PolicyKey(
            "must_change",
            "the user has a temporary password; a permanent one makes the user CONFIRMED",
            values=("permanent-password", "skip"),
            default="permanent-password",
        ),
        PolicyKey(
            "already_required",
            "a reset is required, and the user may have a code for it, which a new password voids",
            values=("permanent-password", "skip"),
            default="permanent-password",
        ),
        *COMMON_KEYS,
    ),
    rules=(
        *IDENTITY_RULES,
        *UNSUITABLE,
        CHANGED_SINCE,
        Rule(
            "already-must-change",
            "status FORCE_CHANGE_PASSWORD",
            has_status(UserStatus.FORCE_CHANGE_PASSWORD),
            {"permanent-password": do(_give, "ends-temporary"), "skip": SKIP},
            policy="must_change",
        ),
        Rule(
            "already-required",
            "status RESET_REQUIRED",
            has_status(UserStatus.RESET_REQUIRED),
            {"permanent-password": do(_give, "reset-was-required"), "skip": SKIP},
            policy="already_required",
        ),
        Rule("ready", "status CONFIRMED", always, do(_give)),
    ),
)
