"""The vocabulary of users: how one is named, and the state that decisions are made from."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class IdentifierKind(StrEnum):
    """What a manifest may call a user by, in order of precedence."""

    USERNAME = "username"
    SUB = "sub"
    EMAIL = "email"
    PHONE_NUMBER = "phone_number"


class UserStatus(StrEnum):
    """`UserStatusType` of the Cognito API; the last three "are no longer used"."""

    UNCONFIRMED = "UNCONFIRMED"
    CONFIRMED = "CONFIRMED"
    RESET_REQUIRED = "RESET_REQUIRED"
    FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"  # noqa: S105 - a status, no secret
    EXTERNAL_PROVIDER = "EXTERNAL_PROVIDER"
    ARCHIVED = "ARCHIVED"
    COMPROMISED = "COMPROMISED"
    UNKNOWN = "UNKNOWN"


class Contact(StrEnum):
    """What a user has of one contact attribute (`email` or `phone_number`)."""

    NONE = "none"
    UNVERIFIED = "unverified"
    VERIFIED = "verified"


def contact_of(value: str, verified: bool) -> Contact:
    """The contact that an attribute value and its `*_verified` flag amount to."""
    if not value:
        return Contact.NONE
    return Contact.VERIFIED if verified else Contact.UNVERIFIED


@dataclass(frozen=True, slots=True)
class UserState:
    """One user as Cognito described it.

    `username` is what every call must be made with: the `Username` that Cognito returned.
    Absent text attributes are "". `modified_at` is UserLastModifiedDate in epoch seconds of
    AWS's clock, `created_at` is UserCreateDate likewise, 0 where it is not known. `preferred_mfa` is
    PreferredMfaSetting, known only from AdminGetUser. `attributes` holds the remaining attributes as a
    JSON object, "" where there are none: text takes a fraction of the memory of a mapping.
    """

    username: str
    sub: str
    status: UserStatus
    enabled: bool
    email: str
    email_verified: bool
    phone_number: str
    phone_number_verified: bool
    modified_at: float
    preferred_mfa: str = ""
    created_at: float = 0.0
    attributes: str = ""

    @property
    def email_contact(self) -> Contact:
        return contact_of(self.email, self.email_verified)

    @property
    def phone_contact(self) -> Contact:
        return contact_of(self.phone_number, self.phone_number_verified)

    @property
    def summary(self) -> str:
        """The state as the plan records it and as drift is reported, without personal data."""
        return summarise(self.status, self.enabled, self.email_contact, self.phone_contact)

    @property
    def contact_fingerprint(self) -> str:
        return contact_fingerprint(self.email, self.phone_number)


def summarise(status: str, enabled: bool, email: str, phone: str) -> str:
    """The state that a plan rests on, in words: `CONFIRMED, enabled, email verified, phone none`."""
    return f"{status}, {'enabled' if enabled else 'disabled'}, email {email}, phone {phone}"


def contact_fingerprint(email: str, phone_number: str) -> str:
    """Eight bytes that change when a contact does, so that the plan need not hold the contact."""
    joined = f"{email}\0{phone_number}".encode()
    return hashlib.blake2b(joined, digest_size=8).hexdigest()


MASKABLE_LENGTH = 8
"""Shorter names are hidden whole: four characters of them would be most of the name."""


def masked(identifier: str) -> str:
    """An identifier for logs: enough to recognise, not enough to contact anybody."""
    local, at, domain = identifier.partition("@")
    if at:
        return f"{local[:1]}…@{domain}"
    return f"{identifier[:2]}…{identifier[-2:]}" if len(identifier) >= MASKABLE_LENGTH else "…"
