"""Request quotas that are assumed rather than known.

Source: Developer Guide, "Quotas in Amazon Cognito".
"""

from __future__ import annotations

from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms

ASSUMED = "documented default"


def _examine(facts: Facts, _terms: JobTerms) -> Found:
    assumed = {name: quota for name, quota in facts.quotas.items() if quota.source.startswith(ASSUMED)}
    if assumed:
        rates = ", ".join(f"{name} {quota.rate_per_second:g}/s" for name, quota in assumed.items())
        (reason, *_) = sorted({quota.source.partition("; ")[2] for quota in assumed.values()})
        yield Told(
            Severity.NOTE,
            f"request quotas are AWS's documented ones, not read: {rates}",
            f"{reason or 'nobody was asked'}; an account whose quotas are lower is throttled, which a run "
            "notices, and slows down",
            "allow servicequotas:GetServiceQuota, servicequotas:GetAWSDefaultServiceQuota and "
            "cognito-idp:GetProvisionedLimit, or state the rates in the environment",
        )


CHECK = Check(
    "quotas",
    "request quotas that are assumed rather than read",
    "Developer Guide, Quotas in Amazon Cognito",
    _examine,
)
