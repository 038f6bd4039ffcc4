"""Whether a message would end at SES: for one user this is asked before anything is sent."""

from __future__ import annotations

from bulkreset.account import Medium
from bulkreset.clock import iso
from bulkreset.cognito.account.sender import suppression
from bulkreset.flow.access import Access
from bulkreset.flow.user.outlook import Subject
from bulkreset.preflight.facts import Suppression

SUPPRESSED = "suppressed-address"


def kept_from(access: Access, about: Subject, medium: str) -> str:
    """Why a message by this medium would not arrive; "" where nothing is known of it."""
    if medium != Medium.EMAIL or about.pool.email_sender != "DEVELOPER":
        return ""
    told = suppression(about.user.email, about.pool, access.client.services)
    if not isinstance(told, Suppression):
        return ""
    return f"SES sends nothing to the user's address: {told.reason} since {iso(told.since)}"
