"""force-reset: nobody signs in with the old password again; each user proves a verified contact.

A reset sends a code to a verified contact that the pool's recovery setting uses. A user without
one would be locked out by it, so every such case is blocked unless the job says what to do.
"""

from __future__ import annotations

from bulkreset.goals.base import BLOCK, SKIP, Case, Goal, Policy, Rule, do
from bulkreset.goals.common import (
    CHANGED_SINCE_KEYS,
    DISABLED,
    IDENTITY_RULES,
    PROTECTED,
    always,
    has_status,
    shares_alias,
)
from bulkreset.pool import PoolFacts
from bulkreset.settings.policy import PolicyKey
from bulkreset.users import Contact, UserStatus

TEMPORARY_PASSWORD_LATER = {"temporary-password": "temporary passwords come in a later release"}

KEYS = (
    PolicyKey(
        "sign_out",
        "whether the tokens are revoked after the reset",
        values=("after-reset", "none"),
        default="after-reset",
    ),
    PolicyKey(
        "unverified",
        "a contact is there but none that recovery uses is verified",
        values=("block", "verify-email", "verify-phone", "skip"),
        default="block",
        later=TEMPORARY_PASSWORD_LATER,
    ),
    PolicyKey(
        "no_contact",
        "the user has neither e-mail address nor phone number",
        values=("block", "skip"),
        default="block",
        later=TEMPORARY_PASSWORD_LATER,
    ),
    PolicyKey(
        "mfa_channel",
        "the only verified contact is the channel of the preferred MFA, to which Cognito sends no code",
        values=("block",),
        default="block",
        later=TEMPORARY_PASSWORD_LATER,
    ),
    PolicyKey(
        "already_required",
        "a reset is already required; `send-again` sends a new code",
        values=("skip", "send-again"),
        default="skip",
    ),
    PolicyKey(
        "must_change",
        "the user has a temporary password and must change it anyway",
        values=("skip",),
        default="skip",
        later=TEMPORARY_PASSWORD_LATER
        | {"resend-invitation": "resending invitations comes in a later release"},
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

MFA_CHANNELS = {"EMAIL_OTP": "email", "SMS_MFA": "phone_number"}
"""The contact that each preferred MFA uses up: Cognito sends no recovery code over it.

Source: Developer Guide, "Passwords, account recovery, and password policies".
"""

ATTRIBUTE_TO_VERIFY = {"verify-email": "email", "verify-phone": "phone_number"}


def _recovery_contacts(case: Case) -> set[str]:
    """The verified contacts that the pool's recovery setting would use."""
    contacts = set()
    if case.pool.recovers_by_email and case.user.email is Contact.VERIFIED:
        contacts.add("email")
    if case.pool.recovers_by_phone and case.user.phone is Contact.VERIFIED:
        contacts.add("phone_number")
    return contacts


def _no_verified_contact(case: Case) -> bool:
    return not _recovery_contacts(case)


def _attribute_to_verify(case: Case) -> str:
    """The attribute that `policy.unverified` wants verified for this user, or ""."""
    if not _no_verified_contact(case):
        return ""
    return ATTRIBUTE_TO_VERIFY.get(str(case.policy["unverified"]), "")


def _verifying_takes_alias(case: Case) -> bool:
    attribute = _attribute_to_verify(case)
    return bool(attribute) and shares_alias(case, attribute)


def _verifying_does_not_help(case: Case) -> bool:
    match _attribute_to_verify(case):
        case "email":
            return case.user.email is Contact.NONE or not case.pool.recovers_by_email
        case "phone_number":
            return case.user.phone is Contact.NONE or not case.pool.recovers_by_phone
        case _:
            return False


def _only_mfa_channel(case: Case) -> bool:
    """Whether the only contact for a code, verified or about to be, is one that the MFA uses up."""
    contacts = _recovery_contacts(case) or {_attribute_to_verify(case)}
    return contacts == {MFA_CHANNELS.get(case.user.preferred_mfa)}


def _reset(case: Case) -> tuple[str, ...]:
    enable = () if case.user.enabled else ("enable-user",)
    verify = (str(case.policy["unverified"]),) if _attribute_to_verify(case) else ()
    sign_out = ("sign-out",) if case.policy["sign_out"] == "after-reset" else ()
    return (*enable, *verify, "reset-password", *sign_out)


def _sign_out(_case: Case) -> tuple[str, ...]:
    return ("sign-out",)


def _refusal(pool: PoolFacts, _policy: Policy) -> str | None:
    if pool.admin_only:
        return (
            "the pool recovers accounts by administrators only (AccountRecoverySetting admin_only), so no "
            "user could complete a reset; give temporary passwords instead, or change the pool's setting"
        )
    return None


GOAL = Goal(
    name="force-reset",
    summary="every user must choose a new password, proven by a code sent to a verified contact",
    keys=KEYS,
    refusal=_refusal,
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
        Rule(
            "changed-since",
            "changed after `policy.not_changed_since`, and not by a reset",
            lambda c: c.user.changed_since and c.user.status is not UserStatus.RESET_REQUIRED,
            {"skip": SKIP},
            policy="changed_since",
        ),
        Rule(
            "no-contact",
            "no contact at all",
            lambda c: c.user.email is Contact.NONE and c.user.phone is Contact.NONE,
            {"block": BLOCK, "skip": SKIP},
            policy="no_contact",
        ),
        Rule(
            "duplicate-contact",
            "the contact to verify is an alias that another user holds too",
            _verifying_takes_alias,
            BLOCK,
        ),
        Rule(
            "cannot-verify",
            "the contact to verify is absent, or recovery does not use it",
            _verifying_does_not_help,
            BLOCK,
        ),
        Rule(
            "mfa-channel",
            "the only verified contact is the channel of the preferred MFA",
            _only_mfa_channel,
            {"block": BLOCK},
            policy="mfa_channel",
        ),
        Rule(
            "no-verified-contact",
            "a contact is there, but none that recovery uses is verified",
            _no_verified_contact,
            {
                "block": BLOCK,
                "skip": SKIP,
                "verify-email": do(_reset, "verify-first"),
                "verify-phone": do(_reset, "verify-first"),
            },
            policy="unverified",
        ),
        Rule(
            "send-again",
            "status RESET_REQUIRED, and a new code is wanted",
            has_status(UserStatus.RESET_REQUIRED),
            do(_reset),
        ),
        Rule("ready", "status CONFIRMED with a verified contact that recovery uses", always, do(_reset)),
    ),
)
