"""What an account may send as text messages: SNS limits the money, not the number."""

from __future__ import annotations

from math import isfinite

from bulkreset.account import Medium, MessageLimit
from bulkreset.cognito.account.asking import Unreadable, ask
from bulkreset.cognito.session import Aws
from bulkreset.pool import PoolFacts


def text_message_limit(pool: PoolFacts, aws: Aws) -> MessageLimit:
    """No number is known; what is, comes as warnings. Never raises for what SNS answers."""
    region = pool.sms_region or aws.region
    source = f"SNS in {region}"
    sns = aws.client("sns", region)
    warnings = []
    spend_limit: float | None = None
    sandboxed, unread = False, ""
    try:
        spend = ask(sns.get_sms_attributes, expecting="attributes", attributes=["MonthlySpendLimit"])
        limit = spend["attributes"].get("MonthlySpendLimit", "")
        if limit:
            spend_limit = _usd(limit)
            warnings.append(f"{source} spends at most {limit} USD a month on text messages, then sends none")
        if ask(sns.get_sms_sandbox_account_status, expecting="IsInSandbox")["IsInSandbox"]:
            sandboxed = True
            warnings.append(f"{source} is in its sandbox: it delivers to verified numbers only")
    except Unreadable as error:
        unread = error.reason
        warnings.append(f"what {source} may send as text messages cannot be read ({error.reason})")
    return MessageLimit(
        Medium.SMS,
        source=source,
        warnings=tuple(warnings),
        sandboxed=sandboxed,
        spend_limit_usd=spend_limit,
        unread=unread,
    )


def _usd(text: str) -> float | None:
    """An amount as SNS writes it; None for what is none."""
    try:
        amount = float(text)
    except ValueError:
        return None
    return amount if isfinite(amount) else None
