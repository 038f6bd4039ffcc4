"""The pool's recovery setting against what the goal needs, and by which medium it sends codes first.

Source: Developer Guide, "Passwords, account recovery, and password policies".
"""

from __future__ import annotations

from bulkreset.account import Medium
from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms


def _examine(facts: Facts, terms: JobTerms) -> Found:
    if facts.pool is None:
        return
    refusal = terms.goal.refusal(facts.pool, terms.policy)
    if refusal:
        yield Told(
            Severity.PROBLEM,
            f"{terms.goal.name} is not possible in pool {facts.pool.pool_id}",
            refusal,
            "change the goal of the job, or AccountRecoverySetting of the pool",
        )
    if terms.resets and not facts.pool.recovery and terms.sends(Medium.SMS):
        yield Told(
            Severity.WARNING,
            "codes go by text message first: the pool has no recovery setting",
            "Cognito then sends to a verified phone number and, only for users without one, by e-mail; text "
            "messages cost money, and many users expect a mail",
            "set AccountRecoverySetting to verified_email first, if mails are what you want",
        )


CHECK = Check(
    "recovery",
    "the recovery setting against the goal; text messages that nobody chose",
    "Developer Guide, Passwords, account recovery, and password policies",
    _examine,
)
