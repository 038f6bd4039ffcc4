"""What SES says of the pool's sender, and of one address that mails go to."""

from __future__ import annotations

from bulkreset.cognito.account.asking import Unreadable, ask
from bulkreset.cognito.session import Aws
from bulkreset.pool import ACCOUNT, PoolFacts, field_of_arn
from bulkreset.preflight.facts import Identity, PoolSettings, Suppression, Unread
from bulkreset.preflight.permissions import EMAIL_IDENTITY, SUPPRESSED

NOT_THERE = "NotFoundException"
ANOTHER_ACCOUNT = "the sender is of another account"


def sender_identity(pool: PoolFacts, settings: PoolSettings, aws: Aws) -> Identity | Unread | None:
    """What SES says of the identity that the pool sends with; None where it sends with none of its own."""
    name = settings.email_identity.partition("identity/")[2]
    if pool.email_sender != "DEVELOPER" or not name:
        return None
    ses = aws.client("sesv2", pool.email_region)
    try:
        answer = ask(ses.get_email_identity, expecting="VerifiedForSendingStatus", EmailIdentity=name)
    except Unreadable as error:
        if error.reason != NOT_THERE:
            return Unread(EMAIL_IDENTITY, error.reason)
        is_own = field_of_arn(settings.email_identity, ACCOUNT) == pool.account_id
        return Identity.MISSING if is_own else Unread(EMAIL_IDENTITY, ANOTHER_ACCOUNT)
    return Identity.VERIFIED if answer["VerifiedForSendingStatus"] else Identity.UNVERIFIED


def suppression(address: str, pool: PoolFacts, aws: Aws) -> Suppression | Unread | None:
    """Why SES keeps mails from an address; None where it does not."""
    ses = aws.client("sesv2", pool.email_region)
    try:
        answer = ask(ses.get_suppressed_destination, expecting="SuppressedDestination", EmailAddress=address)
        found = answer["SuppressedDestination"]
        return Suppression(str(found["Reason"]), found["LastUpdateTime"].timestamp())
    except Unreadable as error:
        return None if error.reason == NOT_THERE else Unread(SUPPRESSED, error.reason)
    except (AttributeError, KeyError, TypeError):
        return Unread(SUPPRESSED, "no readable answer")
