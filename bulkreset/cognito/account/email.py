"""What an account may send by e-mail, which the pool's sender decides."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from bulkreset.account import COGNITO_RENEWS_AT_HOUR, Medium, MessageLimit
from bulkreset.cognito.account.asking import Unreadable, ask
from bulkreset.cognito.session import Aws
from bulkreset.pool import PoolFacts

COGNITO_SENDER = MessageLimit(
    Medium.EMAIL,
    per_day=50,
    renewed_at_hour=COGNITO_RENEWS_AT_HOUR,
    source="Cognito's own sender: 50 a day per account",
)
"""Developer Guide, "Quotas in Amazon Cognito"; the day begins at 09:00 UTC."""

UNTOLD = MessageLimit(Medium.EMAIL, source="the pool does not tell its sender")


def email_limit(pool: PoolFacts, aws: Aws) -> MessageLimit:
    """By Cognito's own sender, or by the SES of the account. Never raises for what SES answers."""
    match pool.email_sender:
        case "COGNITO_DEFAULT":
            return COGNITO_SENDER
        case "DEVELOPER":
            return _by_ses(aws, pool.email_region or aws.region)
        case _:
            return UNTOLD


def _by_ses(aws: Aws, region: str) -> MessageLimit:
    source = f"SES in {region}"
    try:
        account = ask(aws.client("sesv2", region).get_account, expecting="SendQuota")
        quota = account["SendQuota"]
        per_day, per_second = _number(quota, "Max24HourSend"), _number(quota, "MaxSendRate")
        sent = _number(quota, "SentLast24Hours")
    except Unreadable as error:
        warning = f"how many e-mails {source} may send cannot be read ({error.reason})"
        return MessageLimit(
            Medium.EMAIL, source=f"{source}: {error.reason}", warnings=(warning,), unread=error.reason
        )
    return MessageLimit(
        Medium.EMAIL,
        per_day=None if per_day < 0 else int(per_day),
        per_second=per_second or None,
        sent_today=int(sent),
        source=source,
        refusal=_refusal(account, source),
        warnings=_warnings(account, source),
        sandboxed=account.get("ProductionAccessEnabled") is False,
        on_probation=account.get("EnforcementStatus") == "PROBATION",
    )


def _refusal(account: Mapping[str, Any], source: str) -> str:
    if account.get("EnforcementStatus") == "SHUTDOWN":
        return f"{source} is shut down for this account: no e-mail would be delivered"
    if account.get("SendingEnabled") is False:
        return f"sending is paused in {source}: no e-mail would be delivered"
    return ""


def _warnings(account: Mapping[str, Any], source: str) -> tuple[str, ...]:
    warnings = []
    if account.get("ProductionAccessEnabled") is False:
        warnings.append(f"{source} is in its sandbox: it delivers to verified addresses only")
    if account.get("EnforcementStatus") == "PROBATION":
        warnings.append(f"{source} is on probation: many bounces or complaints may end its sending")
    return tuple(warnings)


def _number(quota: Mapping[str, Any], name: str) -> float:
    """A figure of the quota. Raises Unreadable for what is none; -1 means unlimited."""
    value = quota.get(name)
    if not isinstance(value, (int, float)) or not isfinite(value):
        raise Unreadable(f"no usable {name}")
    return float(value)
