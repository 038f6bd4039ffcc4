"""The messages that Cognito would have sent, and the daily limit on its own e-mail."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from bulkreset.simulator.calls import CognitoError

EMAIL_LIMIT_MESSAGE = (
    "Exceeded daily email limit for the operation or the account. If a higher limit is required, "
    "please configure your user pool to use your own Amazon SES configuration for sending email."
)
RESET_HOUR = timedelta(hours=9)
"""Cognito's day of e-mail begins at 09:00 UTC (Developer Guide, "Quotas in Amazon Cognito")."""


class Medium(StrEnum):
    """`attribute` is the user attribute that holds the destination."""

    EMAIL = "EMAIL"
    SMS = "SMS"

    @property
    def attribute(self) -> str:
        return "email" if self is Medium.EMAIL else "phone_number"


def medium_of(attribute: str) -> Medium:
    return next(medium for medium in Medium if medium.attribute == attribute)


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `kind` is the trigger source that Cognito would name; `at` is epoch seconds.

    Subject and body are those of mails that SES sends; Cognito's own have a code.
    """

    at: float
    pool_id: str
    username: str
    medium: Medium
    destination: str
    kind: str
    code: str
    client_metadata: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    body: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Outbox:
    """Thread-safe. `daily_email_limit` counts e-mail of pools that send with Cognito's own sender."""

    def __init__(self, daily_email_limit: int | None = None) -> None:
        self.daily_email_limit = daily_email_limit
        self._lock = threading.Lock()
        self._messages: list[Message] = []
        self._sent_on_day: Counter[str] = Counter()

    def check_allowance(self, medium: Medium, at: float, *, own_sender: bool) -> None:
        """Raises CognitoError when this message would be one too many today."""
        if self.daily_email_limit is None or medium is not Medium.EMAIL or own_sender:
            return
        with self._lock:
            if self._sent_on_day[_mail_day(at)] >= self.daily_email_limit:
                raise CognitoError("LimitExceededException", EMAIL_LIMIT_MESSAGE)

    def post(self, message: Message, *, own_sender: bool) -> None:
        with self._lock:
            self._messages.append(message)
            if message.medium is Medium.EMAIL and not own_sender:
                self._sent_on_day[_mail_day(message.at)] += 1

    @property
    def messages(self) -> tuple[Message, ...]:
        with self._lock:
            return tuple(self._messages)

    def to(self, username: str) -> tuple[Message, ...]:
        return tuple(message for message in self.messages if message.username == username)

    def counts(self) -> Counter[str]:
        """How many messages each username was sent."""
        return Counter(message.username for message in self.messages)

    def clear(self) -> None:
        """Forgets the messages; the day's e-mail stays counted."""
        with self._lock:
            self._messages.clear()

    def __len__(self) -> int:
        with self._lock:
            return len(self._messages)


def _mail_day(at: float) -> str:
    return (datetime.fromtimestamp(at, UTC) - RESET_HOUR).date().isoformat()
