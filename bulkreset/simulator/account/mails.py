"""SendEmail of SES: mails to users of the simulated pools, within what the account may send."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from bulkreset.simulator.account.asked import Asked
from bulkreset.simulator.account.email import sent_by_ses
from bulkreset.simulator.account.place import Place
from bulkreset.simulator.calls import HttpAnswer, success
from bulkreset.simulator.outbox import Medium, Message

KIND = "ses:SendEmail"
OPERATION = "SendEmail"


def recipient(asked: Asked) -> str:
    """The address that a mail goes to."""
    addresses = (asked.params.get("Destination") or {}).get("ToAddresses") or ()
    return str(addresses[0]) if addresses else ""


def send_email(place: Place, asked: Asked) -> HttpAnswer:
    email = place.account.email
    if not email.enabled:
        return _refused(asked, "SendingPausedException", "Email sending is disabled.")
    if email.enforcement == "SHUTDOWN":
        return _refused(asked, "AccountSuspendedException", "Your account is suspended.")
    sent = email.sent_last_24_hours + sent_by_ses(place)
    if 0 <= email.max_24_hour_send <= sent:
        return _refused(asked, "TooManyRequestsException", "Daily message quota exceeded.", 429)
    content: dict[str, Any] = (asked.params.get("Content") or {}).get("Simple") or {}
    to = recipient(asked)
    pool_id, username = holder(place, to)
    message = Message(
        at=place.world.clock.now(),
        pool_id=pool_id,
        username=username,
        medium=Medium.EMAIL,
        destination=to,
        kind=KIND,
        code="",
        body=str((content.get("Body") or {}).get("Text", {}).get("Data", "")),
    )
    place.world.outbox.post(message, own_sender=True)
    return success({"MessageId": str(uuid.uuid4())})


def holder(place: Place, address: str) -> tuple[str, str]:
    """The pool and the name of a user with this address; "" for nobody's."""
    with place.world.lock:
        for pool_id, pool in place.world.pools.items():
            for user in pool.pool.users.values():
                if user.attribute_lookup.get("email", "").lower() == address.lower():
                    return pool_id, user.username
    return "", ""


def _refused(asked: Asked, code: str, message: str, status: int = 400) -> HttpAnswer:
    # botocore takes the code of a REST service from this header.
    return replace(asked.refusal(code, message), status=status, headers={"x-amzn-ErrorType": code})
