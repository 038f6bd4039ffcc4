"""When the last token that somebody may have stolen dies.

Applications that verify tokens by themselves accept them until they expire, whatever was revoked. Sources:
Developer Guide, "Ending user sessions with token revocation"; API Reference, CreateUserPoolClient.
"""

from __future__ import annotations

import re

from bulkreset.preflight.base import Check, Finding, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms
from bulkreset.preflight.wording import lifetime, seconds_of

LONGEST_SECONDS = 86_400
"""The longest that an access or ID token can be valid (API Reference, CreateUserPoolClient)."""

DIES = "the last access token dies at most {} after the user's sign-out"


def _examine(facts: Facts, terms: JobTerms) -> Found:
    clients = facts.clients.of_people if facts.clients else ()
    is_whole = facts.clients is not None and facts.clients.more == 0
    if terms.signs_out and clients:
        longest = max(clients, key=lambda client: client.longest_seconds)
        seconds, of = longest.longest_seconds, f" ({longest.name or longest.client_id})"
        if not is_whole:
            seconds, of = LONGEST_SECONDS, ", Cognito's maximum: not all app clients were looked at"
        yield _after_a_sign_out(seconds, of)
    elif terms.signs_out and facts.clients is None:
        yield _after_a_sign_out(LONGEST_SECONDS, ", Cognito's maximum: the app clients were not looked at")
    if terms.resets and not terms.signs_out:
        refresh = max((client.refresh_seconds for client in clients), default=0)
        lasting = f"for up to {lifetime(refresh)}" if refresh else "for as long as its refresh tokens live"
        yield Told(
            Severity.WARNING,
            "the job resets passwords and leaves sessions alive",
            f"AWS names no reset that revokes tokens: whoever is signed in, a thief too, stays so {lasting}",
            "leave out `sign_out: none`, unless nobody unwanted can be signed in",
        )


def _after_a_sign_out(seconds: int, of: str) -> Told:
    return Told(
        Severity.NOTE,
        f"{DIES.format(lifetime(seconds))}{of}",
        "API Gateway and code of your own that verify tokens by themselves accept them until then, as ID "
        "tokens; Cognito's own operations refuse them at once; the cookie of managed login lives for an hour "
        "and is not cleared",
        "count the end of the incident from the last sign-out in the report plus this time",
    )


def seconds_told(finding: Finding) -> int | None:
    """How long after a sign-out the last access token lives, where that is what the finding tells."""
    told = re.match(DIES.format(r"([\d,]+ \w+)"), finding.title)
    return seconds_of(told[1]) if told and finding.check == CHECK.name else None


CHECK = Check(
    "token-lifetimes",
    "when the last stolen token dies; resets that leave sessions alive",
    "Developer Guide, Ending user sessions with token revocation",
    _examine,
)
