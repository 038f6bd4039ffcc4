"""force-reset: nobody signs in with the old password again; each user proves a verified contact.

A reset sends a code to a verified contact that the pool's recovery setting uses. A user without
one would be locked out by it, so every such case is blocked unless the job says what to do.
"""

from __future__ import annotations

from bulkreset.goals.base import BLOCK, SKIP, Case, Goal, Rule, do
from bulkreset.goals.common import (
    CHANGED_SINCE_KEYS,
    DISABLED,
    IDENTITY_RULES,
    PROTECTED,
    always,
    has_status,
)
from bulkreset.goals.password import NO_CONTACT_TO_INVITE, giving, resend
from bulkreset.goals.recovery import contact_keys, contact_rules, refused_where_admin_only, verify_first
from bulkreset.settings.policy import PolicyKey
from bulkreset.users import UserStatus

KEYS = (
    PolicyKey(
        "sign_out",
        "whether the tokens are revoked after the reset",
        values=("after-reset", "none"),
        default="after-reset",
    ),
    *contact_keys("temporary-password"),
    PolicyKey(
        "already_required",
        "a reset is already required; `send-again` sends a new code",
        values=("skip", "send-again"),
        default="skip",
    ),
    PolicyKey(
        "must_change",
        "the user has a temporary password and must change it anyway",
        values=("skip", "temporary-password", "resend-invitation"),
        default="skip",
    ),
    PolicyKey("unconfirmed", "the sign-up was never confirmed", values=("block", "skip"), default="block"),
    PolicyKey(
        "federated",
        "the password is at an identity provider; `sign-out` revokes the tokens here",
        values=("skip", "sign-out"),
        default="skip",
    ),
    PolicyKey(
        "disabled",
        "the user is disabled; `enable-first` enables it and goes on; it stays enabled if the reset fails",
        values=("skip", "enable-first"),
        default="skip",
    ),
    *CHANGED_SINCE_KEYS,
    PROTECTED,
)

_give_temporary = giving("set-temporary-password")

OTHERS = {"temporary-password": do(_give_temporary, "temporary-password")}
"""For users whom no code would reach."""


def _reset(case: Case) -> tuple[str, ...]:
    enable = () if case.user.enabled else ("enable-user",)
    sign_out = ("sign-out",) if case.policy["sign_out"] == "after-reset" else ()
    return (*enable, *verify_first(case), "reset-password", *sign_out)


def _sign_out(_case: Case) -> tuple[str, ...]:
    return ("sign-out",)


GOAL = Goal(
    name="force-reset",
    summary="every user must choose a new password, proven by a code sent to a verified contact",
    keys=KEYS,
    refusal=refused_where_admin_only,
    rules=(
        *IDENTITY_RULES,
        Rule(
            "federated",
            "status EXTERNAL_PROVIDER: the password is not here",
            has_status(UserStatus.EXTERNAL_PROVIDER),
            {"skip": SKIP, "sign-out": do(_sign_out)},
            policy="federated",
        ),
        DISABLED,
        Rule(
            "unconfirmed",
            "status UNCONFIRMED: the sign-up was never confirmed",
            has_status(UserStatus.UNCONFIRMED),
            {"block": BLOCK, "skip": SKIP},
            policy="unconfirmed",
        ),
        NO_CONTACT_TO_INVITE,
        Rule(
            "already-must-change",
            "status FORCE_CHANGE_PASSWORD",
            has_status(UserStatus.FORCE_CHANGE_PASSWORD),
            {"skip": SKIP, **OTHERS, "resend-invitation": do(resend, "resend-invitation")},
            policy="must_change",
        ),
        Rule(
            "already-required",
            "status RESET_REQUIRED",
            has_status(UserStatus.RESET_REQUIRED),
            {"skip": SKIP},
            policy="already_required",
        ),
        Rule(
            "changed-since",
            "changed after `policy.not_changed_since`, and not by a reset",
            lambda c: c.user.changed_since and c.user.status is not UserStatus.RESET_REQUIRED,
            {"skip": SKIP},
            policy="changed_since",
        ),
        *contact_rules(_reset, OTHERS),
        Rule(
            "send-again",
            "status RESET_REQUIRED, and a new code is wanted",
            has_status(UserStatus.RESET_REQUIRED),
            do(_reset),
        ),
        Rule("ready", "status CONFIRMED with a verified contact that recovery uses", always, do(_reset)),
    ),
)
