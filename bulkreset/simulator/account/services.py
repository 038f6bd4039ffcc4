"""Which questions to the account are answered here; whatever is left, moto answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bulkreset.simulator.account import email, limits, mails, text_messages, tokens, usage
from bulkreset.simulator.account.asked import Asked, asked_by
from bulkreset.simulator.account.place import Place
from bulkreset.simulator.calls import Call, HttpAnswer, HttpRequest
from bulkreset.simulator.engine import credential_scope

Answering = Callable[[Place, Asked], HttpAnswer]

ANSWERED: Mapping[str, Answering] = MappingProxyType(
    {
        "AssumeRole": tokens.assume_role,
        "AssumeRoleWithWebIdentity": tokens.assume_role_with_web_identity,
        "GetAWSDefaultServiceQuota": limits.get_aws_default_service_quota,
        "GetAccount": email.get_account,
        "GetEmailIdentity": email.get_email_identity,
        "GetMetricData": usage.get_metric_data,
        "GetProvisionedLimit": limits.get_provisioned_limit,
        "GetRoleCredentials": tokens.get_role_credentials,
        "GetSMSAttributes": text_messages.get_sms_attributes,
        "GetSMSSandboxAccountStatus": text_messages.get_sms_sandbox_account_status,
        "GetServiceQuota": limits.get_service_quota,
        "SendEmail": mails.send_email,
        "GetSuppressedDestination": email.get_suppressed_destination,
    }
)

OF_COGNITO = frozenset({"GetProvisionedLimit"})
"""Operations of Cognito that are about the account, not about a pool."""


class AccountServices:
    """Answers what is asked of the account, and counts it."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def answer(self, request: HttpRequest) -> HttpAnswer:
        asked = asked_by(request)
        account = self._place.account
        if asked.operation:
            account.calls[asked.operation] += 1
        code = account.refused.get(asked.operation)
        if code is not None:
            return asked.refusal(code, f"not allowed: {asked.operation}")
        answering = ANSWERED.get(asked.operation)
        return answering(self._place, asked) if answering else self._place.moto.answer(request)

    def mail(self, asked: Asked) -> Call:
        """A mail to be sent, as a call about the user whom it goes to."""
        to = mails.recipients(asked)
        pool_id, username = mails.holder(self._place, to[0]) if to else ("", "")
        who = {"UserPoolId": pool_id, "Username": username} if pool_id else {}
        return Call(asked.operation, who, *credential_scope(asked.request), asked.request)

    def refuses(self, request: HttpRequest) -> bool:
        """Whether a request is signed with credentials that have ended."""
        return tokens.have_ended(self._place, request)
