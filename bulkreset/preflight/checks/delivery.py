"""Mails with passwords: that the sealed hand-out stays, and that all mails come out of one budget.

Source: SES API v2, SendEmail; Developer Guide, "Email settings for Amazon Cognito user pools".
"""

from __future__ import annotations

from bulkreset.account import Medium
from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts, Identity, Unread
from bulkreset.preflight.permissions import EMAIL_IDENTITY
from bulkreset.preflight.terms import JobTerms
from bulkreset.settings.deliver import Deliver


def _examine(facts: Facts, terms: JobTerms) -> Found:
    if terms.deliver is None:
        return
    if terms.handout is None or not terms.handout.reaches_somebody:
        yield Told(
            Severity.PROBLEM,
            "mails alone would carry the passwords",
            "a mail that is lost, or that a crash prevented, would leave a user with a password nobody knows",
            "add `handout` to the job: what is mailed is sealed as well",
        )
    if facts.pool and facts.pool.email_sender == "COGNITO_DEFAULT" and terms.is_mailed_by_pool:
        yield Told(
            Severity.PROBLEM,
            "codes go by Cognito's own sender, and passwords by SES",
            "the two have different budgets of mails, and a run keeps to one",
            "split the job: users who get a code, and users who get a password",
        )
    yield from _sender(facts, terms.deliver)
    if terms.sends(Medium.EMAIL):
        yield Told(
            Severity.NOTE,
            "passwords are mailed in the clear, to addresses that are verified",
            "whoever reads the mailbox reads the password, as with a code; but a code ends after an hour",
            "prefer temporary passwords, which end with the first sign-in",
        )


def _sender(facts: Facts, deliver: Deliver) -> Found:
    where = f"SES in {deliver.region or facts.region}"
    if facts.own_identity in (Identity.UNVERIFIED, Identity.MISSING):
        yield Told(
            Severity.PROBLEM,
            f"{where} does not accept {deliver.address} as a sender",
            "neither the address nor a domain above it is verified there, so each password would be set, and "
            "its mail rejected",
            "verify the address or its domain in SES, or name another `sender` or `region`",
        )
    if isinstance(facts.own_identity, Unread):
        yield Told(
            Severity.NOTE,
            f"whether {where} accepts {deliver.address} was not looked at: {facts.own_identity.reason}",
            f"it needs {EMAIL_IDENTITY}; from a sender that is not verified no mail goes out",
            f"allow {EMAIL_IDENTITY}, or begin with a small wave",
        )


CHECK = Check(
    "delivery",
    "mails with passwords: the hand-out beside them, their sender, and one budget for all mails",
    "SES API v2, SendEmail",
    _examine,
)
