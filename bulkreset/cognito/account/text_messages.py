"""What an account may send as text messages: SNS limits the money, not the number."""

from __future__ import annotations

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
    try:
        spend = ask(sns.get_sms_attributes, expecting="attributes", attributes=["MonthlySpendLimit"])
        limit = spend["attributes"].get("MonthlySpendLimit", "")
        if limit:
            warnings.append(f"{source} spends at most {limit} USD a month on text messages, then sends none")
        if ask(sns.get_sms_sandbox_account_status, expecting="IsInSandbox")["IsInSandbox"]:
            warnings.append(f"{source} is in its sandbox: it delivers to verified numbers only")
    except Unreadable as error:
        warnings.append(f"what {source} may send as text messages cannot be read ({error.reason})")
    return MessageLimit(Medium.SMS, source=source, warnings=tuple(warnings))
