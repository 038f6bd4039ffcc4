"""Whom SES lets send and receive: verified addresses, and all addresses of verified domains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import parseaddr

from bulkreset.simulator.account.settings import EmailSending


def unverified(email: EmailSending, sender: str, recipients: Iterable[str]) -> list[str]:
    """The addresses of a mail that keep it from being sent.

    Where SES is told of no identities, every sender is verified, and in the sandbox no recipient.
    """
    failed = []
    if email.identities is not None and not _is_verified(email.identities, sender):
        failed.append(sender)
    if not email.production:
        failed += [one for one in recipients if not _is_verified(email.identities or {}, one)]
    return failed


def _is_verified(identities: Mapping[str, bool], mailbox: str) -> bool:
    _, address = parseaddr(mailbox)
    labels = address.rpartition("@")[2].split(".")
    names = {address.lower(), *(".".join(labels[at:]).lower() for at in range(len(labels)))}
    return any(is_verified and name.lower() in names for name, is_verified in identities.items())
