"""App clients whose tokens cannot be revoked, where the job signs users out.

AWS says that only refresh tokens of clients with token revocation can be revoked, and does not say what
AdminUserGlobalSignOut does to others. Source: Developer Guide, "Ending user sessions with token revocation".
"""

from __future__ import annotations

from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms
from bulkreset.preflight.wording import lifetime, named


def _examine(facts: Facts, terms: JobTerms) -> Found:
    clients = facts.clients.of_people if facts.clients else ()
    lasting = [client for client in clients if not client.revokes_tokens]
    if lasting and terms.signs_out:
        longest = max(client.refresh_seconds for client in lasting)
        yield Told(
            Severity.WARNING,
            f"token revocation is off in {named(lasting)}",
            "a sign-out may leave its tokens alive: they lack the claim by which Cognito knows revoked ones; "
            f"its refresh tokens are valid for up to {lifetime(longest)}",
            "set EnableTokenRevocation in the app client before the job; for sessions that must end tonight, "
            "disable the users, or delete the client",
        )


CHECK = Check(
    "token-revocation",
    "app clients with token revocation off, where the job signs users out",
    "Developer Guide, Ending user sessions with token revocation",
    _examine,
)
