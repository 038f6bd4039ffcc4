"""Steps, rules and policy keys of goals that set passwords.

UNCONFIRMED users are never given one: that would confirm their sign-up without a word. Nor are users of an
identity provider, for whom it would open a second way in (API Reference, AdminSetUserPassword).
"""

from __future__ import annotations

from bulkreset.goals.base import BLOCK, SKIP, Case, Rule, Steps, do
from bulkreset.goals.common import CHANGED_SINCE_KEYS, DISABLED, PROTECTED, has_status
from bulkreset.settings.policy import PolicyKey
from bulkreset.users import Contact, UserStatus

SIGN_OUT_KEY = PolicyKey(
    "sign_out",
    "whether the tokens are revoked after the password is set",
    values=("after-password", "none"),
    default="after-password",
)

COMMON_KEYS = (
    PolicyKey("unconfirmed", "the sign-up was never confirmed", values=("block", "skip"), default="block"),
    PolicyKey(
        "federated",
        "the password is at an identity provider; `sign-out` revokes the tokens here",
        values=("skip", "sign-out"),
        default="skip",
    ),
    PolicyKey(
        "disabled",
        "the user is disabled; `enable-first` enables it and goes on; it stays enabled if the rest fails",
        values=("skip", "enable-first"),
        default="skip",
    ),
    *CHANGED_SINCE_KEYS,
    PROTECTED,
)


def _sign_out(_case: Case) -> tuple[str, ...]:
    return ("sign-out",)


UNSUITABLE = (
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
)
"""Whom no password may be set for, before anything else is asked."""

CHANGED_SINCE = Rule(
    "changed-since",
    "changed after `policy.not_changed_since`, and not by a reset",
    lambda c: c.user.changed_since and c.user.status is not UserStatus.RESET_REQUIRED,
    {"skip": SKIP},
    policy="changed_since",
)


def resend(case: Case) -> tuple[str, ...]:
    enable = () if case.user.enabled else ("enable-user",)
    return (*enable, "resend-invitation")


NO_CONTACT_TO_INVITE = Rule(
    "no-contact-to-invite",
    "an invitation is wanted, and the user has no contact to send it to",
    lambda c: (
        c.user.status is UserStatus.FORCE_CHANGE_PASSWORD
        and c.policy["must_change"] == "resend-invitation"
        and c.user.email is Contact.NONE
        and c.user.phone is Contact.NONE
    ),
    BLOCK,
)
"""For goals whose policy key `must_change` has the value `resend-invitation`."""


def _nothing(_case: Case) -> tuple[str, ...]:
    return ()


def giving(action: str, before: Steps = _nothing) -> Steps:
    """The steps around an action that sets a password: enable and `before`, then it, then sign out."""

    def steps(case: Case) -> tuple[str, ...]:
        enable = () if case.user.enabled else ("enable-user",)
        sign_out = () if case.policy["sign_out"] == "none" else ("sign-out",)
        return (*enable, *before(case), action, *sign_out)

    return steps
