"""By which medium Cognito will send the message of a row."""

from __future__ import annotations

from collections.abc import Sequence

from bulkreset.account import Medium
from bulkreset.actions.registry import actions
from bulkreset.goals.recovery import ATTRIBUTE_TO_VERIFY, MFA_CHANNELS
from bulkreset.planning.delivery import SEND
from bulkreset.pool import PoolFacts
from bulkreset.users import Contact

MEDIUM_OF_MECHANISM = {"verified_email": Medium.EMAIL, "verified_phone_number": Medium.SMS}
MEDIUM_OF_ATTRIBUTE = {"email": Medium.EMAIL, "phone_number": Medium.SMS}

PHONE_FIRST = (Medium.SMS, Medium.EMAIL)
"""Of a pool without a recovery setting (Developer Guide, "Account recovery")."""

INVITATION = "resend-invitation"


def medium_of(
    steps: Sequence[str], email: Contact, phone: Contact, preferred_mfa: str, pool: PoolFacts
) -> str:
    """The medium of the message that one of the steps sends; "" when none does.

    An invitation goes by e-mail if there is an address, verified or not. A code takes the first way of the
    pool's recovery setting for which the user has a contact that is verified, or
    will be by an earlier step, and that is not the channel of the preferred MFA.
    """
    known = actions()
    if not any(known[step].sends_message for step in steps):
        return ""
    if SEND in steps:
        return Medium.EMAIL.value
    if INVITATION in steps:
        return (Medium.SMS if email is Contact.NONE else Medium.EMAIL).value
    contacts = {"email": email, "phone_number": phone}
    verified = {attribute for attribute, contact in contacts.items() if contact is Contact.VERIFIED}
    verified |= {ATTRIBUTE_TO_VERIFY[step] for step in steps if step in ATTRIBUTE_TO_VERIFY}
    verified.discard(MFA_CHANNELS.get(preferred_mfa, ""))
    usable = {MEDIUM_OF_ATTRIBUTE[attribute] for attribute in verified}
    order = _recovery_order(pool)
    # Where none is left the goal knows of a way that is not known here: the message counts all the same.
    return next((medium for medium in order if medium in usable), order[0]).value


def _recovery_order(pool: PoolFacts) -> tuple[Medium, ...]:
    named = tuple(MEDIUM_OF_MECHANISM[name] for name in pool.recovery if name in MEDIUM_OF_MECHANISM)
    return named or PHONE_FIRST
