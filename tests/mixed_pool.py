"""A pool as it is after years, and a manifest as it is after an incident: all kinds of users and rows.

The same seed draws the same. In the pool e-mail addresses and phone numbers are aliases, and some are held by
several users, of whom at most one has it verified.
"""

from __future__ import annotations

import csv
import json
import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from bulkreset.simulator import SeedUser

INCIDENT = "2026-01-10T22:00:00Z"
BEFORE_INCIDENT, AFTER_INCIDENT = 1_750_000_000.0, 1_768_200_000.0

POOL = {
    "alias_attributes": ("email", "phone_number"),
    "recovery": ("verified_email", "verified_phone_number"),
    "case_sensitive": False,
}
QUICK = {
    name: {"rate_per_second": 5000}
    for name in ("UserAccountRecovery", "UserUpdate", "UserList", "UserRead", "UserPoolRead")
}
"""Quotas of an environment in which the machine alone sets the pace."""

PLANNED_SHARE = 0.85
"""Of the users; the others are bystanders, some of whom share a contact with one who is planned."""
GHOSTS_SHARE = REPEATED_SHARE = 0.03
SHARED_EMAILS_SHARE = SHARED_PHONES_SHARE = 0.05
TEAMS, GIVEN_NAMES = ("red", "blue"), ("Zoë", "Ада", "Jo")

COLUMNS = (
    "username",
    "sub",
    "email",
    "phone_number",
    "goal",
    "policy.unverified",
    "policy.disabled",
    "policy.federated",
    "policy.already_required",
    "policy.sign_out",
    "policy.contact",
)

Row = Mapping[str, str]

WISHES: tuple[tuple[Row, int], ...] = (
    ({}, 60),
    ({"policy.unverified": "verify-phone"}, 6),
    ({"policy.unverified": "block"}, 8),
    ({"policy.disabled": "enable-first"}, 6),
    ({"policy.federated": "sign-out"}, 4),
    ({"policy.already_required": "send-again"}, 4),
    ({"policy.sign_out": "none"}, 4),
    ({"goal": "sign-out"}, 4),
    ({"goal": "verify-contact", "policy.contact": "both"}, 4),
    ({"goal": "disable"}, 2),
    ({"goal": "enable"}, 2),
)
"""What rows ask for, and how often: mostly what the job says."""

Shape = Callable[[SeedUser], SeedUser]
Shapes = Sequence[tuple[Shape, int]]
T = TypeVar("T")


def _with(**changes: object) -> Shape:
    return lambda user: replace(user, **changes)  # type: ignore[arg-type]


def _phone_only(user: SeedUser) -> SeedUser:
    return replace(user, email="", email_verified=False, phone_number_verified=True)


def _no_contact(user: SeedUser) -> SeedUser:
    return replace(user, email="", email_verified=False, phone_number="")


def _no_phone(user: SeedUser) -> SeedUser:
    return replace(user, phone_number="")


def _federated(user: SeedUser) -> SeedUser:
    return replace(
        _linked(user), username=f"google_{user.username}", status="EXTERNAL_PROVIDER", password=None
    )


def _linked(user: SeedUser) -> SeedUser:
    identity = {"userId": user.username, "providerName": "Google", "providerType": "Google"}
    return replace(user, attributes={**user.attributes, "identities": json.dumps([identity])})


UNVERIFIED = _with(email_verified=False)

SHAPES: Shapes = (
    (_no_phone, 30),
    (_with(), 4),
    (_with(phone_number_verified=True), 6),
    (_phone_only, 5),
    (UNVERIFIED, 7),
    (lambda user: _no_phone(UNVERIFIED(user)), 8),
    (_no_contact, 4),
    (_with(preferred_mfa="SOFTWARE_TOKEN_MFA"), 2),
    (_with(status="RESET_REQUIRED"), 6),
    (_with(status="FORCE_CHANGE_PASSWORD"), 5),
    (_with(status="UNCONFIRMED", email_verified=False), 5),
    (_with(status="ARCHIVED"), 1),
    (_federated, 6),
    (_linked, 2),
    (_with(enabled=False), 5),
    (_with(enabled=False, email_verified=False), 2),
    (_with(modified_at=AFTER_INCIDENT), 5),
)

MFA_SHAPES: Shapes = (
    (_with(preferred_mfa="EMAIL_OTP"), 3),
    (_with(preferred_mfa="EMAIL_OTP", phone_number_verified=True), 3),
    (_with(preferred_mfa="SMS_MFA", phone_number_verified=True), 3),
    (lambda user: replace(_phone_only(user), preferred_mfa="SMS_MFA"), 3),
    (_with(preferred_mfa="EMAIL_OTP", email_verified=False), 2),
    (_with(preferred_mfa="SOFTWARE_TOKEN_MFA"), 1),
)
"""Second factors over the very contacts that codes take; a plan knows of them with `read: get` alone."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Users of a pool, and rows of a manifest about some of them."""

    users: tuple[SeedUser, ...]
    rows: tuple[Row, ...]

    @property
    def protected(self) -> list[str]:
        """A few whom the job must not touch."""
        return [user.username for user in self.users[::97]]

    def write_manifest(self, path: Path) -> None:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(self.rows)


def mixed(count: int, seed: int, shapes: Shapes = SHAPES) -> Scene:
    """A pool of `count` users, and about as many rows; first comes one user of each shape for each wish."""
    rng = random.Random(seed)  # noqa: S311 - reproducible, and no secret
    pairs = [(shape, wish) for shape, _ in shapes for wish, _ in WISHES]
    assert count >= len(pairs), f"{len(pairs)} users make one of each kind"
    pairs += [(_drawn(shapes, rng), _drawn(WISHES, rng)) for _ in range(count - len(pairs))]
    users = tuple(_users([shape for shape, _ in pairs], rng))
    return Scene(users, tuple(_rows(users, [wish for _, wish in pairs], rng)))


def _drawn(weighted: Sequence[tuple[T, int]], rng: random.Random) -> T:
    return rng.choices([one for one, _ in weighted], [weight for _, weight in weighted])[0]


def _users(shapes: Iterable[Shape], rng: random.Random) -> Iterator[SeedUser]:
    earlier: list[SeedUser] = []
    for number, shape in enumerate(shapes):
        user = shape(
            SeedUser(
                f"user-{number}",
                email=f"user-{number}@example.com",
                email_verified=True,
                phone_number=f"+1555{number:07d}",
                attributes={"custom:team": rng.choice(TEAMS), "given_name": rng.choice(GIVEN_NAMES)},
                modified_at=BEFORE_INCIDENT,
                sub=str(uuid.UUID(int=rng.getrandbits(128))),
            )
        )
        if earlier:
            user = _sharing(user, rng.choice(earlier), rng)
        earlier.append(user)
        yield user


def _sharing(user: SeedUser, other: SeedUser, rng: random.Random) -> SeedUser:
    """The user, perhaps with a contact of the other's, and then not verified."""
    if user.email and other.email and rng.random() < SHARED_EMAILS_SHARE:
        letters = rng.choice((str.lower, str.title))
        user = replace(user, email=letters(other.email), email_verified=False)
    if user.phone_number and other.phone_number and rng.random() < SHARED_PHONES_SHARE:
        user = replace(user, phone_number=other.phone_number, phone_number_verified=False)
    return user


def _rows(users: Sequence[SeedUser], wishes: Iterable[Row], rng: random.Random) -> Iterator[Row]:
    held = Counter(
        contact.lower() for user in users for contact in (user.email, user.phone_number) if contact
    )
    rows: list[Row] = []
    for user, wish in zip(users, wishes, strict=True):
        if rng.random() < PLANNED_SHARE:
            names = _names(user, rng, twice=rng.random() < REPEATED_SHARE)
            rows += [_row(name, user, held, wish) for name in names]
        if rng.random() < GHOSTS_SHARE:
            rows.append({"username": f"ghost-{len(rows)}"})
    rng.shuffle(rows)
    yield from rows


def _names(user: SeedUser, rng: random.Random, *, twice: bool) -> list[str]:
    possible = [
        name
        for name, weight in (("username", 5), ("email", 3), ("phone_number", 1), ("sub", 1))
        for _ in range(weight)
        if getattr(user, name)
    ]
    return [rng.choice(possible), *(["username"] if twice else [])]


def _row(name: str, user: SeedUser, held: Mapping[str, int], wish: Row) -> Row:
    """Rows that name several users ask for nothing of their own, so that no two of them disagree."""
    value = getattr(user, name)
    return {name: value} if held.get(value.lower(), 0) > 1 else {name: value, **wish}
