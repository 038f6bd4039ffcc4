"""Whether the name means one user.

Source: Developer Guide, "Customizing sign-in attributes" and "Managing user existence error responses".
"""

from __future__ import annotations

from bulkreset.preflight.base import Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.person import Person, PersonCheck

SHOWN = 5


def _examine(person: Person, _facts: Facts) -> Found:
    if not person.found:
        yield Told(
            Severity.PROBLEM,
            f"the pool has no user {person.name}",
            "there is nobody to send a code to; an app client that hides which users exist tells the user "
            "that a code was sent all the same",
            "ask the user for the name, address or number of the sign-up; look into the other pools",
        )
    if len(person.found) > 1:
        names = ", ".join(user.username for user in person.found[:SHOWN])
        yield Told(
            Severity.PROBLEM,
            f"{len(person.found):,} users of the pool have {person.name}: {names}",
            "where it is an alias, only who verified it last can sign in with it, and gets the code",
            "run `doctor --user` with the username of the one you mean",
        )


CHECK = PersonCheck(
    "which-user",
    "whether the name means exactly one user",
    "Developer Guide, Customizing sign-in attributes",
    _examine,
)
