"""What SES says of the pool's sender, of a sender of a job's own, and of one address that mails go to."""

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
    found = _identity(name, pool.email_region, aws)
    is_own = field_of_arn(settings.email_identity, ACCOUNT) == pool.account_id
    return found if is_own or found is not Identity.MISSING else Unread(EMAIL_IDENTITY, ANOTHER_ACCOUNT)


def identity_of(address: str, region: str, aws: Aws) -> Identity | Unread:
    """What SES says of an address that mails come from: a verified domain above it is as good."""
    labels = address.partition("@")[2].split(".")
    found = Identity.MISSING
    for name in (address, *(".".join(labels[above:]) for above in range(max(1, len(labels) - 1)))):
        this = _identity(name, region, aws)
        if isinstance(this, Unread) or this is Identity.VERIFIED:
            return this
        if this is Identity.UNVERIFIED:
            found = this
    return found


def _identity(name: str, region: str, aws: Aws) -> Identity | Unread:
    ses = aws.client("sesv2", region)
    try:
        answer = ask(ses.get_email_identity, expecting="VerifiedForSendingStatus", EmailIdentity=name)
    except Unreadable as error:
        return Identity.MISSING if error.reason == NOT_THERE else Unread(EMAIL_IDENTITY, error.reason)
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
