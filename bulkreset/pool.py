"""What bulkreset needs to know of a user pool as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ADMIN_ONLY = "admin_only"

REGION, ACCOUNT = 3, 4
"""Places in an ARN: `arn:partition:service:region:account:resource`."""


@dataclass(frozen=True, slots=True)
class PoolFacts:
    """The parts of DescribeUserPool that decisions rest on.

    `recovery` holds the names of AccountRecoverySetting in order of priority: `verified_email`,
    `verified_phone_number`, or `admin_only` alone. Empty means unset: any verified contact, the
    phone first (Developer Guide, "Account recovery").
    `alias_attributes` become aliases of a user once verified; `username_attributes` are signed
    in with instead of a username. `estimated_users` is EstimatedNumberOfUsers.
    """

    pool_id: str
    name: str
    recovery: tuple[str, ...]
    alias_attributes: tuple[str, ...]
    username_attributes: tuple[str, ...]
    case_sensitive: bool
    estimated_users: int
    email_sender: str
    arn: str = ""
    email_region: str = ""
    sms_region: str = ""

    @property
    def account_id(self) -> str:
        """The account that owns the pool; "" where the pool has no ARN."""
        return field_of_arn(self.arn, ACCOUNT)

    @property
    def recovers_by_email(self) -> bool:
        return not self.recovery or "verified_email" in self.recovery

    @property
    def recovers_by_phone(self) -> bool:
        return not self.recovery or "verified_phone_number" in self.recovery

    @property
    def admin_only(self) -> bool:
        return self.recovery == (ADMIN_ONLY,)

    @property
    def sign_in_attributes(self) -> tuple[str, ...]:
        return self.username_attributes or self.alias_attributes


@dataclass(frozen=True, slots=True)
class PasswordPolicy:
    """What a pool asks of a password (API Reference, PasswordPolicyType)."""

    minimum_length: int = 8
    uppercase: bool = False
    lowercase: bool = False
    numbers: bool = False
    symbols: bool = False


def facts_from_json(kept: Mapping[str, Any]) -> PoolFacts:
    """The facts from `dataclasses.asdict` and JSON, which knows no tuples."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
    }
    return PoolFacts(**values)


def field_of_arn(arn: str, place: int) -> str:
    """One field of an ARN; "" for what is none."""
    fields = arn.split(":", 5)
    return fields[place] if len(fields) > ACCOUNT + 1 and fields[0] == "arn" else ""
