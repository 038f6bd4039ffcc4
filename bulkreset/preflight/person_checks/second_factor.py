"""Whether the second factor of the user is known: it decides where a code may go.

Source: Developer Guide, "Passwords, account recovery, and password policies"; AdminGetUser makes the user a
billed active one ("Quotas in Amazon Cognito").
"""

from __future__ import annotations

from bulkreset.preflight.base import Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.permissions import GET_USER
from bulkreset.preflight.person import Person, PersonCheck


def _examine(person: Person, facts: Facts) -> Found:
    denied = any(unread.permission == GET_USER for unread in person.unread)
    if person.user is None or person.mfa_read or not facts.settings or facts.settings.mfa == "OFF":
        return
    yield Told(
        Severity.NOTE,
        f"the second factor of the user was not looked at{': not permitted' if denied else ''}",
        "a user whose second factor goes by e-mail gets no codes by e-mail, and so with text messages; only "
        "AdminGetUser tells, and it makes the user a billed active one",
        f"allow {GET_USER}" if denied else "add --read-mfa, which bills this one user",
    )


CHECK = PersonCheck(
    "second-factor",
    "whether the channel of the second factor is known",
    "Developer Guide, Passwords, account recovery, and password policies",
    _examine,
)
