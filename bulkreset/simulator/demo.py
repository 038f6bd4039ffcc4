"""A believable pool of users, the same for the same seed. No name in it is anybody's."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import accumulate

from bulkreset.simulator.seeding import SeedUser

GIVEN = (
    "ada",
    "ben",
    "chi",
    "dora",
    "emil",
    "fay",
    "gus",
    "hana",
    "ivo",
    "jun",
    "kai",
    "lena",
    "mara",
    "nils",
)
FAMILY = ("ash", "birch", "cedar", "elm", "fir", "hazel", "juniper", "larch", "maple", "oak", "pine", "rowan")
DOMAINS = ("example.com", "example.org")
EARLIEST = 1_700_000_000.0
SPAN_SECONDS = 300 * 86_400.0

CLIENTS = (
    {
        "ClientName": "web",
        "PreventUserExistenceErrors": "ENABLED",
        "GenerateSecret": True,
        "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    },
    {
        "ClientName": "app",
        "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        "AccessTokenValidity": 12,
        "TokenValidityUnits": {"AccessToken": "hours"},
    },
)
"""App clients as parameters of CreateUserPoolClient."""

CONFIG = {"MfaConfiguration": "OPTIONAL", "DeletionProtection": "ACTIVE"}
"""More parameters of CreateUserPool."""


def _plain(user: SeedUser, _number: int) -> SeedUser:
    return user


def _with_phone(user: SeedUser, number: int) -> SeedUser:
    return replace(user, phone_number=_phone(number), phone_number_verified=True)


def _phone_only(user: SeedUser, number: int) -> SeedUser:
    return replace(_with_phone(user, number), email="", email_verified=False)


def _unverified(user: SeedUser, _number: int) -> SeedUser:
    return replace(user, email_verified=False)


def _no_contact(user: SeedUser, _number: int) -> SeedUser:
    return replace(user, email="", email_verified=False)


def _sms_mfa(user: SeedUser, number: int) -> SeedUser:
    return replace(_phone_only(user, number), preferred_mfa="SMS_MFA")


def _federated(user: SeedUser, number: int) -> SeedUser:
    identity = {"userId": str(number), "providerName": "Google", "providerType": "Google", "primary": "true"}
    return replace(
        user,
        username=f"Google_{10**17 + number}",
        status="EXTERNAL_PROVIDER",
        email_verified=False,
        password=None,
        attributes={**user.attributes, "identities": json.dumps([identity])},
    )


def _in_status(status: str) -> Callable[[SeedUser, int], SeedUser]:
    return lambda user, _number: replace(user, status=status, email_verified=status != "UNCONFIRMED")


def _disabled(user: SeedUser, _number: int) -> SeedUser:
    return replace(user, enabled=False)


MIX: tuple[tuple[Callable[[SeedUser, int], SeedUser], float], ...] = (
    (_plain, 0.70),
    (_with_phone, 0.06),
    (_phone_only, 0.03),
    (_unverified, 0.05),
    (_no_contact, 0.01),
    (_sms_mfa, 0.005),
    (_in_status("RESET_REQUIRED"), 0.03),
    (_in_status("FORCE_CHANGE_PASSWORD"), 0.04),
    (_in_status("UNCONFIRMED"), 0.025),
    (_federated, 0.03),
    (_disabled, 0.02),
)
DUPLICATES_SHARE = 0.01
"""Users that have the e-mail address of the user before them, unverified."""

CUMULATIVE = tuple(accumulate(share for _, share in MIX))


def demo_users(count: int, seed: int = 1) -> Iterator[SeedUser]:
    """`count` users in the states of a pool that has been in use for years."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, and no secret
    previous_email = ""
    for number in range(count):
        given, family = rng.choice(GIVEN), rng.choice(FAMILY)
        username = f"{given}.{family}.{number}"
        plain = SeedUser(
            username=username,
            email=f"{username}@{rng.choice(DOMAINS)}",
            email_verified=True,
            attributes={"given_name": given.title(), "family_name": family.title()},
            modified_at=EARLIEST + rng.random() * SPAN_SECONDS,
        )
        shape = rng.choices(MIX, cum_weights=CUMULATIVE)[0][0]
        user = shape(plain, number)
        if user.email and previous_email and rng.random() < DUPLICATES_SHARE:
            user = replace(user, email=previous_email, email_verified=False)
        previous_email = user.email or previous_email
        yield user


def _phone(number: int) -> str:
    return f"+1555{number:07d}"
