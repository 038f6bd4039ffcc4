"""App clients that hide which users exist, and so promise codes that never come.

Sources: Developer Guide, "Managing user existence error responses" and "Importing users into user pools from
a CSV file".
"""

from __future__ import annotations

from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms
from bulkreset.preflight.wording import named


def _examine(facts: Facts, terms: JobTerms) -> Found:
    clients = facts.clients.of_people if facts.clients else ()
    hiding = [client for client in clients if client.hides_existence]
    if hiding and terms.resets:
        yield Told(
            Severity.NOTE,
            f"forgot-password pretends success in {named(hiding)}",
            "PreventUserExistenceErrors is ENABLED: a missing or disabled user, or one without verified "
            "contact, is told that a code was sent, and none was; users of an import who must reset are told "
            "that name or password is wrong",
            "leave it on, it protects; tell your support, and send users whom the plan blocks another way",
        )
    open_ones = [client for client in clients if not client.hides_existence]
    if hiding and open_ones and terms.resets:
        yield Told(
            Severity.NOTE,
            f"app clients answer differently: {named(open_ones)} says which users exist",
            "the same user is told something else in each application, and whoever guesses names in a night "
            "of resets learns from this one who is real",
            "set PreventUserExistenceErrors alike in all app clients",
        )


CHECK = Check(
    "client-errors",
    "app clients that hide which users exist, and tell users of codes that were not sent",
    "Developer Guide, Managing user existence error responses",
    _examine,
    of_delivery=True,
)
