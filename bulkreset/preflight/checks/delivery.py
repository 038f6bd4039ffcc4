"""Mails with passwords: that the sealed hand-out stays, and that all mails come out of one budget.

Source: SES API v2, SendEmail; Developer Guide, "Email settings for Amazon Cognito user pools".
"""

from __future__ import annotations

from bulkreset.account import Medium
from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms

CODES = frozenset({"reset-password", "resend-invitation"})


def _examine(facts: Facts, terms: JobTerms) -> Found:
    if not terms.delivers:
        return
    if terms.handout is None or not terms.handout.reaches_somebody:
        yield Told(
            Severity.PROBLEM,
            "mails alone would carry the passwords",
            "a mail that is lost, or that a crash prevented, would leave a user with a password nobody knows",
            "add `handout` to the job: what is mailed is sealed as well",
        )
    if facts.pool and facts.pool.email_sender == "COGNITO_DEFAULT" and terms.actions & CODES:
        yield Told(
            Severity.PROBLEM,
            "codes go by Cognito's own sender, and passwords by SES",
            "the two have different budgets of mails, and a run keeps to one",
            "split the job: users who get a code, and users who get a password",
        )
    if terms.sends(Medium.EMAIL):
        yield Told(
            Severity.NOTE,
            "passwords are mailed in the clear, to addresses that are verified",
            "whoever reads the mailbox reads the password, as with a code; but a code ends after an hour",
            "prefer temporary passwords, which end with the first sign-in",
        )


CHECK = Check(
    "delivery",
    "mails with passwords: the hand-out beside them, and one budget for all mails",
    "SES API v2, SendEmail",
    _examine,
)
