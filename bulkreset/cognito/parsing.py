"""Cognito's description of users and pools, parsed into ours."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from bulkreset.pool import REGION, PoolFacts, field_of_arn
from bulkreset.users import UserState, UserStatus

OWN_FIELDS = frozenset({"sub", "email", "email_verified", "phone_number", "phone_number_verified"})
"""Attributes that have a field of their own."""


def user_from_list(user: Mapping[str, Any]) -> UserState:
    """A `UserType` of ListUsers."""
    return _user(user, user.get("Attributes", ()))


def user_from_get(user: Mapping[str, Any]) -> UserState:
    """The answer of AdminGetUser, the only one that tells the preferred MFA."""
    return _user(user, user.get("UserAttributes", ()))


def _user(user: Mapping[str, Any], attributes: Iterable[Mapping[str, str]]) -> UserState:
    values = {attribute["Name"]: attribute.get("Value", "") for attribute in attributes}
    return UserState(
        username=user["Username"],
        sub=values.get("sub", ""),
        status=_status(user.get("UserStatus", "")),
        enabled=bool(user.get("Enabled", True)),
        email=values.get("email", ""),
        email_verified=values.get("email_verified", "").lower() == "true",
        phone_number=values.get("phone_number", ""),
        phone_number_verified=values.get("phone_number_verified", "").lower() == "true",
        modified_at=_moment(user, "UserLastModifiedDate"),
        preferred_mfa=user.get("PreferredMfaSetting") or "",
        created_at=_moment(user, "UserCreateDate"),
        attributes=_rest(values),
    )


def _moment(user: Mapping[str, Any], name: str) -> float:
    return float(user[name].timestamp()) if name in user else 0.0


def _rest(values: Mapping[str, str]) -> str:
    rest = {name: value for name, value in sorted(values.items()) if name not in OWN_FIELDS and value}
    return json.dumps(rest, ensure_ascii=False, separators=(",", ":")) if rest else ""


def _status(text: str) -> UserStatus:
    try:
        return UserStatus(text)
    except ValueError:
        return UserStatus.UNKNOWN


def pool_facts(pool: Mapping[str, Any]) -> PoolFacts:
    """The `UserPool` of DescribeUserPool. CaseSensitive defaults to true when the API leaves it out."""
    recovery = pool.get("AccountRecoverySetting", {}).get("RecoveryMechanisms", ())
    email = pool.get("EmailConfiguration", {})
    sender = email.get("EmailSendingAccount", "")
    by_priority = sorted(recovery, key=lambda mechanism: int(mechanism["Priority"]))
    return PoolFacts(
        pool_id=pool["Id"],
        name=pool.get("Name", ""),
        recovery=tuple(mechanism["Name"] for mechanism in by_priority),
        alias_attributes=tuple(pool.get("AliasAttributes", ())),
        username_attributes=tuple(pool.get("UsernameAttributes", ())),
        case_sensitive=bool(pool.get("UsernameConfiguration", {}).get("CaseSensitive", True)),
        estimated_users=int(pool.get("EstimatedNumberOfUsers", 0)),
        email_sender=sender,
        arn=pool.get("Arn", ""),
        email_region=field_of_arn(email.get("SourceArn", ""), REGION) if sender == "DEVELOPER" else "",
        sms_region=pool.get("SmsConfiguration", {}).get("SnsRegion", ""),
    )
