"""SES: what the account may send, and how much of it the pools have sent."""

from __future__ import annotations

from dataclasses import replace

from bulkreset.simulator.account.asked import Asked
from bulkreset.simulator.account.place import Place
from bulkreset.simulator.calls import HttpAnswer, success
from bulkreset.simulator.outbox import Medium

DAY_SECONDS = 86_400.0
SENT_BY_SES = "ses:SendEmail"
"""The kind of messages that are sent by SES itself, for no pool."""


def get_account(place: Place, asked: Asked) -> HttpAnswer:  # noqa: ARG001 - the same for all
    email = place.account.email
    quota = {
        "Max24HourSend": email.max_24_hour_send,
        "MaxSendRate": email.max_send_rate,
        "SentLast24Hours": email.sent_last_24_hours + sent_by_ses(place),
    }
    return success(
        {
            "SendQuota": quota,
            "SendingEnabled": email.enabled,
            "EnforcementStatus": email.enforcement,
            "ProductionAccessEnabled": email.production,
        }
    )


def get_email_identity(place: Place, asked: Asked) -> HttpAnswer:
    known = place.account.email.identities
    name = str(asked.params["EmailIdentity"])
    if known is not None and name not in known:
        return _not_found(asked, f"Email identity {name} does not exist.")
    is_verified = known is None or known[name]
    return success({"IdentityType": _type_of(name), "VerifiedForSendingStatus": is_verified})


def get_suppressed_destination(place: Place, asked: Asked) -> HttpAnswer:
    address = str(asked.params["EmailAddress"])
    reason = place.account.email.suppressed.get(address)
    if reason is None:
        return _not_found(asked, f"Email address {address} does not exist on your suppression list.")
    since = place.world.clock.now() - DAY_SECONDS
    return success(
        {"SuppressedDestination": {"EmailAddress": address, "Reason": reason, "LastUpdateTime": since}}
    )


def _type_of(identity: str) -> str:
    return "EMAIL_ADDRESS" if "@" in identity else "DOMAIN"


def _not_found(asked: Asked, message: str) -> HttpAnswer:
    # botocore takes the code of a REST service from this header.
    answer = asked.refusal("NotFoundException", message)
    return replace(answer, status=404, headers={"x-amzn-ErrorType": "NotFoundException"})


def sent_by_ses(place: Place) -> int:
    """E-mails of the last 24 hours that SES has sent: of pools with a sender of their own, and by itself."""
    with place.world.lock:
        own_sender = {pool_id for pool_id, pool in place.world.pools.items() if pool.sends_with_ses}
    since = place.world.clock.now() - DAY_SECONDS
    return sum(
        message.medium is Medium.EMAIL
        and (message.pool_id in own_sender or message.kind == SENT_BY_SES)
        and message.at > since
        for message in place.world.outbox.messages
    )
