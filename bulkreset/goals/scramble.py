"""scramble: a permanent password that nobody knows; users recover by themselves, when they next want in.

No message goes out. A user whom no code would reach could never recover, so every such case is blocked
unless the job says what to do.
"""

from __future__ import annotations

from bulkreset.goals.base import SKIP, Goal, Rule, do
from bulkreset.goals.common import IDENTITY_RULES, always, has_status
from bulkreset.goals.password import CHANGED_SINCE, COMMON_KEYS, SIGN_OUT_KEY, UNSUITABLE, giving
from bulkreset.goals.recovery import contact_keys, contact_rules, refused_where_admin_only, verify_first
from bulkreset.settings.policy import PolicyKey
from bulkreset.users import UserStatus

_scramble = giving("scramble-password", before=verify_first)


GOAL = Goal(
    name="scramble",
    summary="the password is one that nobody knows; each user asks for a code when next signing in",
    keys=(
        SIGN_OUT_KEY,
        *contact_keys(),
        PolicyKey(
            "already_required",
            "a reset is required anyway; `scramble` takes that back, and “forgot password” is the way in",
            values=("skip", "scramble"),
            default="skip",
        ),
        PolicyKey(
            "must_change",
            "the user has a temporary password; `scramble` makes the user CONFIRMED, so that it can recover",
            values=("skip", "scramble"),
            default="skip",
        ),
        *COMMON_KEYS,
    ),
    refusal=refused_where_admin_only,
    rules=(
        *IDENTITY_RULES,
        *UNSUITABLE,
        Rule(
            "already-must-change",
            "status FORCE_CHANGE_PASSWORD",
            has_status(UserStatus.FORCE_CHANGE_PASSWORD),
            {"skip": SKIP},
            policy="must_change",
        ),
        Rule(
            "already-required",
            "status RESET_REQUIRED",
            has_status(UserStatus.RESET_REQUIRED),
            {"skip": SKIP},
            policy="already_required",
        ),
        CHANGED_SINCE,
        *contact_rules(_scramble, {}),
        Rule("ready", "a verified contact that recovery uses", always, do(_scramble)),
    ),
)
