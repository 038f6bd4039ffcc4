"""Whether mails to the address are held back because earlier ones bounced.

Sources: SES API v2, GetSuppressedDestination; Developer Guide, "Email settings for Amazon Cognito user
pools", of the list that AWS keeps for Cognito's own sender.
"""

from __future__ import annotations

from bulkreset.account import Medium
from bulkreset.clock import iso
from bulkreset.preflight.base import Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.permissions import SUPPRESSED
from bulkreset.preflight.person import Person, PersonCheck, chosen_medium


def _examine(person: Person, facts: Facts) -> Found:
    if person.user is None or facts.pool is None:
        return
    if chosen_medium(person.user, facts.pool) is not Medium.EMAIL:
        return
    if person.suppression:
        since = iso(person.suppression.since)
        yield Told(
            Severity.PROBLEM,
            f"SES sends nothing to this address: {person.suppression.reason} since {since}",
            "the address is on the account's suppression list, so mails to it end there without a word",
            "once the mailbox works again: `aws sesv2 delete-suppressed-destination --email-address …`",
        )
    elif facts.pool.email_sender == "COGNITO_DEFAULT":
        yield Told(
            Severity.NOTE,
            "whether AWS holds back mails to this address cannot be seen",
            "Cognito's own sender keeps a list of addresses that bounced, which only AWS can read or change",
            "have the pool send with Amazon SES, whose list is yours",
        )
    for unread in person.unread:
        if unread.permission == SUPPRESSED:
            yield Told(
                Severity.NOTE,
                f"whether SES holds back mails to this address was not looked at: {unread.reason}",
                f"it needs {SUPPRESSED}; an address that bounced once may get nothing any more",
                f"allow {SUPPRESSED}, or look at the suppression list in the console of SES",
            )


CHECK = PersonCheck(
    "suppression",
    "whether SES holds back mails to the address after a bounce or a complaint",
    "SES API v2, GetSuppressedDestination",
    _examine,
)
