"""Whether text messages leave the account: the pool's path to SNS or End User Messaging, and its limits.

Sources: Developer Guide, "SMS message settings for Amazon Cognito user pools"; API Reference,
UserPoolType (SmsConfiguration, SmsConfigurationFailure).
"""

from __future__ import annotations

from bulkreset.account import Medium, MessageLimit
from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts, PoolSettings
from bulkreset.preflight.terms import JobTerms
from bulkreset.preflight.wording import plural

SANDBOX = "SNSSandbox"
SMALL_BUDGET_USD = 10.0
"""A spending limit that a few hundred messages use up."""


def _examine(facts: Facts, terms: JobTerms) -> Found:
    if not terms.sends(Medium.SMS) or facts.settings is None:
        return
    counted = terms.counts(Medium.SMS)
    # What may be needed is a warning as long as nobody knows whether it is.
    severity = Severity.PROBLEM if counted else Severity.WARNING
    whom = (
        f"{plural(counted, 'message')} would go this way"
        if counted is not None
        else "users whose verified contact is a phone number would get their code so"
    )
    yield from _path(facts.settings, severity, whom)
    limit = facts.limit(Medium.SMS)
    if facts.settings.sms_path == "eums":
        yield Told(
            Severity.NOTE,
            "text messages go by AWS End User Messaging, whose limits were not looked at",
            "its spending limit and sandbox are apart from those of SNS",
            "look at `aws pinpoint-sms-voice-v2 describe-spend-limits` and describe-account-attributes",
        )
    elif limit:
        yield from _limits(limit, facts.settings)


def _path(settings: PoolSettings, severity: Severity, whom: str) -> Found:
    if not settings.sms_path:
        yield Told(
            severity,
            "the pool cannot send text messages: it has no SmsConfiguration",
            f"{whom}, and none would be sent",
            "add an SMS configuration to the pool, or have its recovery setting name verified_email first",
        )
    failures = [name.strip() for name in settings.sms_failure.split(",") if name.strip()]
    for name in failures:
        if name != SANDBOX:
            yield Told(
                severity,
                f"the pool's text messages fail: {name}",
                f"{whom}; the role by which Cognito sends them is not set up as it has to be",
                "mend the role of SmsConfiguration: its trust policy, its external id, sns:Publish",
            )


def _limits(limit: MessageLimit, settings: PoolSettings) -> Found:
    if limit.sandboxed or SANDBOX in settings.sms_failure:
        where = limit.source if limit.sandboxed else "SNS"
        yield Told(
            Severity.WARNING,
            f"{where} is in its sandbox: it delivers to verified numbers only",
            "all other users get nothing, and Cognito does not say so",
            "move the account out of the sandbox for text messages",
        )
    if limit.spend_limit_usd is not None:
        is_small = limit.spend_limit_usd <= SMALL_BUDGET_USD
        yield Told(
            Severity.WARNING if is_small else Severity.NOTE,
            f"{limit.source} spends at most {limit.spend_limit_usd:g} USD a month on text messages",
            "once it is spent SNS sends none within minutes, and Cognito does not say so; what of it is "
            "spent this month was not asked",
            "compare it with the number of messages and their price, and have it raised in time",
        )
    if limit.unread:
        yield Told(
            Severity.NOTE,
            f"what may be sent as text messages was not looked at: {limit.unread}",
            "it needs sns:GetSMSAttributes and sns:GetSMSSandboxAccountStatus",
            "allow both, or look at the console of SNS",
        )


CHECK = Check(
    "text-messages",
    "the path of text messages, its failures, SNS's sandbox and spending limit",
    "Developer Guide, SMS message settings for Amazon Cognito user pools",
    _examine,
    of_delivery=True,
)
