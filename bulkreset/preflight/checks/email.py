"""Whether mails leave the account: the pool's sender, its limits, and what SES says of both.

Sources: Developer Guide, "Email settings for Amazon Cognito user pools" and "Quotas in Amazon Cognito";
SES API v2, GetAccount and GetEmailIdentity.
"""

from __future__ import annotations

from bulkreset.account import Medium, MessageLimit
from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts, Identity
from bulkreset.preflight.permissions import EMAIL_IDENTITY
from bulkreset.preflight.terms import JobTerms

SMALL_RATE = 2.0
"""Mails a second below which SES, not Cognito, decides how long a run takes."""


def _examine(facts: Facts, terms: JobTerms) -> Found:
    if not terms.sends(Medium.EMAIL) or facts.pool is None:
        return
    if terms.is_mailed_by_pool:
        if facts.pool.email_sender == "COGNITO_DEFAULT":
            yield from _own_sender(facts, terms)
        else:
            yield from _identity(facts)
    limit = facts.limit(Medium.EMAIL)
    if limit:
        yield from _limits(limit)


def _own_sender(facts: Facts, terms: JobTerms) -> Found:
    limit = facts.limit(Medium.EMAIL)
    per_day = limit.per_day if limit and limit.per_day is not None else 50
    counted = terms.counts(Medium.EMAIL)
    planned = f"; {counted:,} more to be sent" if counted is not None else ""
    sent = facts.spent.get(Medium.EMAIL, 0)
    yield Told(
        Severity.WARNING,
        f"mails go by Cognito's own sender: at most {per_day:,} a day for the whole account",
        f"sign-ups and other pools draw from the same {per_day:,}, which cannot be raised, and how many of "
        f"them are spent cannot be asked; this machine knows of {sent:,} sent since 09:00 UTC{planned}; "
        "addresses that once bounced may be suppressed by AWS, out of your sight",
        "have the pool send with Amazon SES, or spread the job with `messages: {spread: true}`",
    )


def _identity(facts: Facts) -> Found:
    arn = facts.settings.email_identity if facts.settings else ""
    if facts.identity is Identity.UNVERIFIED:
        yield Told(
            Severity.PROBLEM,
            "SES does not accept the pool's sender: its identity is not verified",
            f"{arn} cannot send, so no code would leave the account; Cognito does not say so to the caller",
            "verify the identity in SES, or name a verified one in the pool's e-mail settings",
        )
    if facts.identity is Identity.MISSING:
        yield Told(
            Severity.PROBLEM,
            "SES does not know the pool's sender",
            f"there is no {arn}: it was deleted, or is of another region",
            "name a verified identity in the pool's e-mail settings",
        )
    if facts.pool and facts.pool.email_region not in ("", facts.region):
        yield Told(
            Severity.NOTE,
            f"mails are sent by SES in {facts.pool.email_region}, not in {facts.region}",
            "limits, sandbox and suppression list are those of that region",
            f"look at SES in {facts.pool.email_region} when mails do not arrive",
        )
    for unread in facts.unread_of(EMAIL_IDENTITY):
        yield Told(
            Severity.NOTE,
            f"whether SES accepts the pool's sender was not looked at: {unread.reason}",
            f"it needs {EMAIL_IDENTITY}; a sender that is not verified sends nothing",
            f"allow {EMAIL_IDENTITY}, or look at the identity in the console of SES",
        )


def _limits(limit: MessageLimit) -> Found:
    where = limit.source.removeprefix("environment; ")
    if limit.refusal:
        yield Told(
            Severity.PROBLEM,
            limit.refusal,
            "every user would wait for a code that does not come",
            "read the notices of SES in that region, mend what they name, and have sending enabled again",
        )
    if limit.sandboxed:
        yield Told(
            Severity.WARNING,
            f"{where} is in its sandbox: it delivers to verified addresses only",
            "200 mails a day and one a second, to addresses that you verified one by one; all others get "
            "nothing, and Cognito does not say so",
            "ask AWS for production access to SES in that region",
        )
    if limit.on_probation:
        yield Told(
            Severity.WARNING,
            f"{where} is on probation: many bounces or complaints may end its sending",
            "a bulk job to old addresses bounces more than usual, and may be what ends it",
            "mend the cause that SES names; begin with a small wave, and watch the bounces",
        )
    if limit.per_second is not None and limit.per_second < SMALL_RATE:
        yield Told(
            Severity.NOTE,
            f"the sender allows {limit.per_second:g} mails a second",
            "that is less than Cognito's quota, so it decides how long a run takes",
            "have the sending rate raised if that is too slow",
        )
    if limit.unread:
        yield Told(
            Severity.NOTE,
            f"how many e-mails may be sent was not looked at: {limit.unread}",
            "it needs ses:GetAccount; sandbox, pauses and the day's limit are not known either",
            "allow ses:GetAccount, or state what you know as `message_budget` in the environment",
        )


CHECK = Check(
    "email",
    "the sender of mails, its identity, its limits, SES's sandbox, pauses and probation",
    "Developer Guide, Email settings for Amazon Cognito user pools; SES API v2, GetAccount",
    _examine,
    of_delivery=True,
)
