"""Notifications as events on a bus of Amazon EventBridge.

Source: EventBridge API, PutEvents: an answer with status 200 says of each entry whether it was taken.
"""

from __future__ import annotations

import json

from botocore.exceptions import BotoCoreError, ClientError

from bulkreset.cognito.session import Aws
from bulkreset.errors import BulkresetError
from bulkreset.notifications.sender import Message, NotSent

SOURCE = "bulkreset"
OPERATION = "PutEvents"


class EventBusSender:
    """A bus by its name or ARN, in the region of the pool, asked with the credentials of the run."""

    def __init__(self, bus: str, aws: Aws) -> None:
        self._bus = bus
        self._aws = aws

    @property
    def name(self) -> str:
        return f"event bus {self._bus}"

    def ready(self) -> None:
        self._aws.client("events")

    def send(self, message: Message) -> None:
        entry = {
            "Source": SOURCE,
            "DetailType": f"bulkreset {message.payload['kind']}",
            "Detail": json.dumps(message.payload),
            "EventBusName": self._bus,
        }
        try:
            answer = self._aws.client("events").put_events(Entries=[entry])
        except ClientError as error:
            raise NotSent(f"AWS refused it: {error.response.get('Error', {}).get('Code', '?')}") from None
        except (BotoCoreError, BulkresetError) as error:
            raise NotSent(f"no answer of AWS ({type(error).__name__})") from None
        if answer.get("FailedEntryCount") != 0:
            codes = {one.get("ErrorCode", "?") for one in answer.get("Entries", ()) if "ErrorCode" in one}
            raise NotSent(f"AWS did not take it: {', '.join(sorted(codes)) or 'no readable answer'}")

    def abandon(self) -> None: ...
