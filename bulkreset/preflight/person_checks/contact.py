"""Whether the user has a verified contact that the pool's recovery setting uses, and what it chooses.

Source: Developer Guide, "Passwords, account recovery, and password policies".
"""

from __future__ import annotations

from bulkreset.account import Medium
from bulkreset.goals.recovery import MFA_CHANNELS
from bulkreset.pool import PoolFacts
from bulkreset.preflight.base import Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.person import Person, PersonCheck, chosen_medium
from bulkreset.users import Contact, UserState, masked


def _examine(person: Person, facts: Facts) -> Found:
    user, pool = person.user, facts.pool
    if user is None or pool is None:
        return
    if pool.admin_only:
        yield Told(
            Severity.PROBLEM,
            "the pool recovers accounts by administrators only",
            "AccountRecoverySetting is admin_only: nobody is sent a code, whatever the contacts",
            "give the user a temporary password, or change the pool's setting",
        )
        return
    medium = chosen_medium(user, pool)
    if medium:
        yield from _chosen(user, pool, medium)
    elif _is_used_up_by_mfa(user, pool):
        yield Told(
            Severity.PROBLEM,
            f"the only contact is the channel of the second factor ({user.preferred_mfa})",
            "Cognito sends no recovery code over the channel that the second factor goes by",
            "give the user another verified contact, or a temporary password",
        )
    else:
        yield from _no_way(user, pool)


def _chosen(user: UserState, pool: PoolFacts, medium: Medium) -> Found:
    by_text = medium is Medium.SMS
    to = masked_number(user.phone_number) if by_text else masked(user.email)
    surprises = by_text and not pool.recovery and user.email_contact is Contact.VERIFIED
    yield Told(
        Severity.WARNING if surprises else Severity.NOTE,
        f"Cognito would send the code by {'text message' if by_text else 'e-mail'} to {to}",
        "the pool has no recovery setting, so the phone comes before the verified e-mail address"
        if surprises
        else f"recovery is {', '.join(pool.recovery) or 'unset: phone first, then e-mail'}",
        "have the user look there; is the contact still the user's?",
    )


def _no_way(user: UserState, pool: PoolFacts) -> Found:
    contacts = {"e-mail address": user.email_contact, "phone number": user.phone_contact}
    verified = [name for name, contact in contacts.items() if contact is Contact.VERIFIED]
    unverified = [name for name, contact in contacts.items() if contact is Contact.UNVERIFIED]
    uses = ", ".join(pool.recovery) or "any verified contact"
    if verified:
        title = f"the pool does not recover by the verified {' and '.join(verified)}"
        meaning = f"its recovery setting is {uses}"
        advice = "verify a contact that it uses, or change AccountRecoverySetting"
    elif unverified:
        title = f"the {' and '.join(unverified)} of the user was never verified"
        meaning = "Cognito sends recovery codes to verified contacts only"
        advice = (
            "find out that the contact is the user's, then verify it: goal verify-contact, or "
            "`unverified: verify-email` of force-reset"
        )
    else:
        title = "the user has neither e-mail address nor phone number"
        meaning = "there is nowhere to send a code to"
        advice = "give the user a temporary password by another way"
    yield Told(Severity.PROBLEM, title, meaning, advice)


def _is_used_up_by_mfa(user: UserState, pool: PoolFacts) -> bool:
    channel = MFA_CHANNELS.get(user.preferred_mfa)
    by_email = channel == "email" and user.email_contact is Contact.VERIFIED and pool.recovers_by_email
    by_phone = channel == "phone_number" and user.phone_contact is Contact.VERIFIED and pool.recovers_by_phone
    return by_email or by_phone


def masked_number(number: str) -> str:
    return f"…{number[-4:]}"


CHECK = PersonCheck(
    "contact",
    "a verified contact that recovery uses; the medium that Cognito chooses",
    "Developer Guide, Passwords, account recovery, and password policies",
    _examine,
)
