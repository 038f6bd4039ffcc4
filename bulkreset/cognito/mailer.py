"""Mails with passwords, sent by Amazon SES: one attempt each, and every answer turned into a value.

Source of the codes: SES API v2, SendEmail.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from bulkreset.actions.base import SES, Action, Mail, Target
from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.cognito.client import FOREIGN, CognitoClient
from bulkreset.secrets.secret import Secret

MEANING_OF_CODE: Mapping[str, Meaning] = MappingProxyType(
    {
        "AccountSuspendedException": Meaning.RUN_REFUSED,
        "BadRequestException": Meaning.ROW_REFUSED,
        "LimitExceededException": Meaning.MESSAGE_LIMIT,
        "MailFromDomainNotVerifiedException": Meaning.RUN_REFUSED,
        "MessageRejected": Meaning.ROW_REFUSED,
        "NotFoundException": Meaning.RUN_REFUSED,
        "SendingPausedException": Meaning.RUN_REFUSED,
    }
)
"""What a code of SES means; of other codes it is what it is with Cognito."""

DAILY = "daily"
"""In the text of a TooManyRequestsException that is about the quota of 24 hours, not about the rate."""

PLACEHOLDER = re.compile(r"\{\{\s*(username|password)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all mails of a run have in common. `text` has places for username and password."""

    sender: str
    subject: str
    text: str
    reply_to: str = ""
    configuration_set: str = ""
    region: str = ""


class Mailer:
    """Writes and sends mails. Safe to share between threads."""

    def __init__(self, client: CognitoClient, letterhead: Letterhead) -> None:
        self._client = client
        self._letterhead = letterhead
        self._service = client.services.of_run(SES, letterhead.region)

    def mail(self, username: str, address: str, password: Secret) -> Mail:
        """The mail for one user, which exists in memory alone."""
        told = {"username": username, "password": password.reveal()}
        text = PLACEHOLDER.sub(lambda found: told[found[1]], self._letterhead.text)
        return Mail(
            sender=self._letterhead.sender,
            recipient=address,
            subject=self._letterhead.subject,
            text=Secret(text),
            reply_to=self._letterhead.reply_to,
            configuration_set=self._letterhead.configuration_set,
        )

    def send(self, action: Action, target: Target) -> Answer:
        """Send the mail of an action, once."""
        response = self._client.call(action.operation, action.request(target), self._service)
        answer = response.answer
        if answer.meaning is Meaning.DONE and not response.body.get("MessageId"):
            # botocore reads a page of a proxy with status 200 as an empty answer.
            return FOREIGN
        if answer.meaning is Meaning.THROTTLED and DAILY in answer.message.lower():
            return replace(answer, meaning=Meaning.MESSAGE_LIMIT)
        is_definite = answer.meaning in (Meaning.ROW_REFUSED, Meaning.USER_LIMIT, Meaning.MESSAGE_LIMIT)
        known = MEANING_OF_CODE.get(answer.code) if is_definite else None
        return replace(answer, meaning=known) if known else answer
