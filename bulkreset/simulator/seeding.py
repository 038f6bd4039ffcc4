"""Users put into a pool directly, as many as it takes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from bulkreset.simulator.engine import Pool, User, join_group, moto_status, moto_time

SUB_NAMESPACE = uuid.UUID("5b2f9c1e-8d2a-4a0b-9a50-6f6f1f0b7a11")
DEFAULT_PASSWORD = "Simulated-Passw0rd"  # noqa: S105 - of users that exist nowhere


@dataclass(frozen=True, slots=True)
class SeedUser:
    """One user to begin with.

    Absent contacts are "". `sub` is derived from the username when empty; in a pool with
    username attributes it becomes the username, as in Cognito. `modified_at` is epoch seconds.
    `groups` are made where the pool does not have them.
    """

    username: str
    status: str = "CONFIRMED"
    enabled: bool = True
    email: str = ""
    email_verified: bool = False
    phone_number: str = ""
    phone_number_verified: bool = False
    password: str | None = DEFAULT_PASSWORD
    attributes: Mapping[str, str] = field(default_factory=dict)
    preferred_mfa: str = ""
    modified_at: float | None = None
    sub: str = ""
    groups: tuple[str, ...] = ()


class UserChanges(TypedDict, total=False):
    """What of a user can be changed later: the fields of SeedUser but the names."""

    status: str
    enabled: bool
    email: str
    email_verified: bool
    phone_number: str
    phone_number_verified: bool
    password: str | None
    attributes: Mapping[str, str]
    preferred_mfa: str
    modified_at: float


def moto_user(pool: Pool, seed: SeedUser, now: float, *, case_sensitive: bool) -> User:
    """The moto user that a seed describes, in this pool but not yet put into it."""
    sub = seed.sub or str(uuid.uuid5(SUB_NAMESPACE, seed.username))
    username = sub if pool.extended_config.get("UsernameAttributes") else seed.username
    user = User(pool.id, username if case_sensitive else username.lower(), seed.password, "", [])
    user.id = sub
    user.status = moto_status(seed.status)
    user.enabled = seed.enabled
    user.preferred_mfa_setting = seed.preferred_mfa or None
    user.sms_mfa_enabled = seed.preferred_mfa == "SMS_MFA"
    user.software_token_mfa_enabled = user.token_verified = seed.preferred_mfa == "SOFTWARE_TOKEN_MFA"
    set_attributes(user, attributes_of(seed, sub))
    modified_at = now if seed.modified_at is None else seed.modified_at
    user.create_date = user.last_modified_date = moto_time(modified_at)
    for group in seed.groups:
        join_group(pool, group, user)
    return user


def attributes_of(seed: SeedUser, sub: str) -> dict[str, str]:
    attributes = {"sub": sub}
    if seed.email:
        attributes |= {"email": seed.email, "email_verified": str(seed.email_verified).lower()}
    if seed.phone_number:
        attributes |= {
            "phone_number": seed.phone_number,
            "phone_number_verified": str(seed.phone_number_verified).lower(),
        }
    return attributes | dict(seed.attributes)


def set_attributes(user: User, attributes: Mapping[str, str]) -> None:
    """Replaces all attributes of a user."""
    user.attribute_lookup = dict(attributes)
    user.attributes = [{"Name": name, "Value": value} for name, value in attributes.items()]
