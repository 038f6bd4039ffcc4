"""Whether the pool has second factors that may use up the way of a code, and the job does not read them.

Cognito sends no recovery code over the channel of the preferred second factor. Source: Developer Guide,
"Passwords, account recovery, and password policies".
"""

from __future__ import annotations

from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms


def _examine(facts: Facts, terms: JobTerms) -> Found:
    if facts.settings is None or facts.settings.mfa == "OFF" or not terms.resets or terms.reads_mfa:
        return
    is_required = facts.settings.mfa == "ON"
    yield Told(
        Severity.WARNING if is_required else Severity.NOTE,
        f"second factors are {'required' if is_required else 'optional'}, and the job does not read them",
        "a user whose only verified contact is also the channel of the second factor gets no code: the plan "
        "cannot see that, and the row fails when it is applied; authenticator apps are no obstacle",
        "write `read: get` into the job, which bills every user read, or look at the failed rows afterwards",
    )


CHECK = Check(
    "second-factors",
    "second factors that may use up the way of a code, where the job does not read them",
    "Developer Guide, Passwords, account recovery, and password policies",
    _examine,
)
