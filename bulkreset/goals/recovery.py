"""Which contact a code can reach a user by: rules and keys of goals after which users recover by it."""

from __future__ import annotations

from collections.abc import Mapping

from bulkreset.goals.base import BLOCK, SKIP, Case, Policy, Rule, Ruling, Steps, do
from bulkreset.goals.common import shares_alias
from bulkreset.pool import PoolFacts
from bulkreset.settings.policy import PolicyKey
from bulkreset.users import Contact

MFA_CHANNELS = {"EMAIL_OTP": "email", "SMS_MFA": "phone_number"}
"""The contact that each preferred MFA uses up: Cognito sends no recovery code over it.

Source: Developer Guide, "Passwords, account recovery, and password policies".
"""

ATTRIBUTE_TO_VERIFY = {"verify-email": "email", "verify-phone": "phone_number"}

Others = Mapping[str, Ruling]
"""What else a goal offers for users without a usable contact: rulings by the value of the policy key."""


def contact_keys(*others: str) -> tuple[PolicyKey, ...]:
    """The policy keys that `contact_rules` asks; `others` are the values that the goal adds to each."""
    return (
        PolicyKey(
            "unverified",
            "a contact is there but none that recovery uses is verified",
            values=("block", "verify-email", "verify-phone", *others, "skip"),
            default="block",
        ),
        PolicyKey(
            "no_contact",
            "the user has neither e-mail address nor phone number",
            values=("block", *others, "skip"),
            default="block",
        ),
        PolicyKey(
            "mfa_channel",
            "the only verified contact is the channel of the preferred MFA, to which Cognito sends no code",
            values=("block", *others),
            default="block",
        ),
    )


def contact_rules(act: Steps, others: Others) -> tuple[Rule, ...]:
    """The rules for users whom no code would reach. `act` is what the goal does once one would."""
    return (
        Rule(
            "no-contact",
            "no contact at all",
            lambda c: c.user.email is Contact.NONE and c.user.phone is Contact.NONE,
            {"block": BLOCK, **others, "skip": SKIP},
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
            {"block": BLOCK, **others},
            policy="mfa_channel",
        ),
        Rule(
            "no-verified-contact",
            "a contact is there, but none that recovery uses is verified",
            _no_verified_contact,
            {
                "block": BLOCK,
                "verify-email": do(act, "verify-first"),
                "verify-phone": do(act, "verify-first"),
                **others,
                "skip": SKIP,
            },
            policy="unverified",
        ),
    )


def verify_first(case: Case) -> tuple[str, ...]:
    """The step that makes a contact usable for this user, where the policy wants one."""
    return (str(case.policy["unverified"]),) if _attribute_to_verify(case) else ()


def refused_where_admin_only(pool: PoolFacts, _policy: Policy) -> str | None:
    if pool.admin_only:
        return (
            "the pool recovers accounts by administrators only (AccountRecoverySetting admin_only), so no "
            "user could ask for a code or use one; use `goal: temporary-password`, or change the setting"
        )
    return None


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
