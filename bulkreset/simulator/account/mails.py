"""SendEmail of SES: mails to users of the simulated pools, within what the account may send.

Assumption where AWS does not say: of several reasons to refuse a mail, the first of those below is told.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from bulkreset.simulator.account.asked import Asked
from bulkreset.simulator.account.email import SENT_BY_SES, sent_by_ses
from bulkreset.simulator.account.identities import unverified
from bulkreset.simulator.account.place import Place
from bulkreset.simulator.calls import HttpAnswer, success
from bulkreset.simulator.directory import verified
from bulkreset.simulator.engine import credential_scope
from bulkreset.simulator.outbox import Medium, Message

OPERATION = "SendEmail"


def recipients(asked: Asked) -> list[str]:
    """The addresses that a mail goes to."""
    to: dict[str, Any] = asked.params.get("Destination") or {}
    kinds = ("ToAddresses", "CcAddresses", "BccAddresses")
    return [str(address) for kind in kinds for address in to.get(kind) or ()]


def send_email(place: Place, asked: Asked) -> HttpAnswer:
    to = recipients(asked)
    refusal = _forbidden(place, asked, to) or _one_too_many(place, asked)
    if refusal is not None:
        return refusal
    content: dict[str, Any] = (asked.params.get("Content") or {}).get("Simple") or {}
    pool_id, username = holder(place, to[0])
    message = Message(
        at=place.world.clock.now(),
        pool_id=pool_id,
        username=username,
        medium=Medium.EMAIL,
        destination=to[0],
        kind=SENT_BY_SES,
        code="",
        subject=str((content.get("Subject") or {}).get("Data", "")),
        body=str((content.get("Body") or {}).get("Text", {}).get("Data", "")),
    )
    place.world.outbox.post(message, own_sender=True)
    return success({"MessageId": str(uuid.uuid4())})


def holder(place: Place, address: str) -> tuple[str, str]:
    """The pool and the name of a user with this address, verified if there is one; "" for nobody's."""
    with place.world.lock:
        held = [
            (not verified(user, "email"), pool_id, user.username)
            for pool_id, pool in place.world.pools.items()
            for user in pool.directory.holders("email", address)
        ]
    _, pool_id, username = min(held, key=lambda one: one[0], default=(False, "", ""))
    return pool_id, username


def _forbidden(place: Place, asked: Asked, to: list[str]) -> HttpAnswer | None:
    """The answer to a mail that SES would not send at any time."""
    email = place.account.email
    if not email.enabled:
        return _refused(asked, "SendingPausedException", "Email sending is disabled.")
    if email.enforcement == "SHUTDOWN":
        return _refused(asked, "AccountSuspendedException", "Your account is suspended.")
    if not to:
        return _refused(asked, "BadRequestException", "Destination must contain at least one recipient.")
    failed = unverified(email, str(asked.params.get("FromEmailAddress", "")), to)
    if failed:
        _, region = credential_scope(asked.request)
        return _refused(
            asked,
            "MessageRejected",
            "Email address is not verified. The following identities failed the check in region "
            f"{region.upper()}: {', '.join(failed)}",
        )
    return None


def _one_too_many(place: Place, asked: Asked) -> HttpAnswer | None:
    """The answer to a mail that is beyond what may be sent now."""
    email = place.account.email
    if 0 <= email.max_24_hour_send <= email.sent_last_24_hours + sent_by_ses(place):
        return _refused(asked, "TooManyRequestsException", "Daily message quota exceeded.", 429)
    if not place.mail_rate.allows(email.max_send_rate, place.world.clock.monotonic()):
        return _refused(asked, "TooManyRequestsException", "Maximum sending rate exceeded.", 429)
    return None


def _refused(asked: Asked, code: str, message: str, status: int = 400) -> HttpAnswer:
    # botocore takes the code of a REST service from this header.
    return replace(asked.refusal(code, message), status=status, headers={"x-amzn-ErrorType": code})
