"""A user's state as asserts want it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bulkreset.simulator.directory import verified
from bulkreset.simulator.engine import User
from bulkreset.simulator.replica import entry_of
from bulkreset.simulator.seeding import SeedUser

OWN_FIELDS = frozenset({"sub", "email", "email_verified", "phone_number", "phone_number_verified"})


@dataclass(frozen=True, slots=True)
class SimulatedUser:
    """One user now, consistent. Times are epoch seconds; `attributes` holds all of them as strings."""

    username: str
    sub: str
    status: str
    enabled: bool
    email: str
    email_verified: bool
    phone_number: str
    phone_number_verified: bool
    preferred_mfa: str
    password: str | None
    confirmation_code: str | None
    created_at: float
    modified_at: float
    attributes: Mapping[str, str]

    def as_seed(self) -> SeedUser:
        return SeedUser(
            username=self.username,
            status=self.status,
            enabled=self.enabled,
            email=self.email,
            email_verified=self.email_verified,
            phone_number=self.phone_number,
            phone_number_verified=self.phone_number_verified,
            password=self.password,
            attributes={name: value for name, value in self.attributes.items() if name not in OWN_FIELDS},
            preferred_mfa=self.preferred_mfa,
            modified_at=self.modified_at,
            sub=self.sub,
        )


def state_of(user: User) -> SimulatedUser:
    entry = entry_of(user)
    return SimulatedUser(
        username=entry.username,
        sub=entry.attributes.get("sub", user.id),
        status=entry.status,
        enabled=entry.enabled,
        email=entry.attributes.get("email", ""),
        email_verified=verified(user, "email"),
        phone_number=entry.attributes.get("phone_number", ""),
        phone_number_verified=verified(user, "phone_number"),
        preferred_mfa=user.preferred_mfa_setting or "",
        password=user.password,
        confirmation_code=user.confirmation_code,
        created_at=entry.created_at,
        modified_at=entry.modified_at,
        attributes=entry.attributes,
    )
