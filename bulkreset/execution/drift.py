"""Drift: whether a user is still as the plan found it."""

from __future__ import annotations

from bulkreset.users import UserState

DRIFTED = "drifted"


def drift(planned_state: str, planned_contact: str, now: UserState | None) -> str:
    """What differs from the plan, in words; "" when nothing does."""
    if now is not None and now.summary != planned_state:
        return f"planned: {planned_state}; found: {now.summary}"
    return contact_drift(planned_contact, now)


def contact_drift(planned_contact: str, now: UserState | None) -> str:
    """What differs of a user whose state our own calls may have changed: the contact, or being there."""
    if now is None:
        return "the user is no longer in the pool"
    if now.contact_fingerprint != planned_contact:
        return "the e-mail address or phone number is another one than when planned"
    return ""
