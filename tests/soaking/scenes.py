"""What the soak is about: pools with users of all kinds, and a job of each goal over them."""

from __future__ import annotations

import csv
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from command import Desk

from bulkreset.simulator import SeedUser, demo_users

GRACE_SECONDS = 1.5
READ_SECONDS = 0.6
HANG_SECONDS = 0.8
"""A call that hangs has its effect after the client gave up on it, and before anybody reads its user back:
READ_SECONDS + GRACE_SECONDS after the call, or GRACE_SECONDS after the start of a runner that comes after a
kill. An effect that is later than that nobody can foresee."""

CALLS_PER_SECOND = 45
"""Of the changing calls: a run lasts for many kills."""

STRANGERS = ("nobody.1", "nobody.2")
WRONG_GOAL = "reset-everything"

ENVIRONMENT: Mapping[str, Any] = {
    "quotas": {
        "share": 1.0,
        **{name: {"rate_per_second": CALLS_PER_SECOND} for name in ("UserAccountRecovery", "UserUpdate")},
        **{name: {"rate_per_second": 300} for name in ("UserList", "UserRead", "UserPoolRead")},
    },
    "timeouts": {"connect_seconds": 2, "read_seconds": READ_SECONDS},
    "read_back_after_seconds": GRACE_SECONDS,
    "concurrency": 16,
    "message_budget": {"email_per_day": 1_000_000, "sms_per_day": 1_000_000},
    "state_dir": "state",
}

ONE_BY_ONE = {
    "goal": "force-reset",
    "policy": {"unverified": "verify-email", "federated": "sign-out", "disabled": "enable-first"},
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A job and the users it is about. A row in five has one of `overrides`."""

    name: str
    job: Mapping[str, Any]
    overrides: tuple[Mapping[str, str], ...] = ()
    user: Mapping[str, Any] = field(default_factory=dict)


SCENES = (
    Scene("force-reset", {**ONE_BY_ONE, "waves": [10, "5%", "20%", "rest"], "between": "1s"}),
    Scene(
        "overrides",
        ONE_BY_ONE,
        (
            {"goal": "sign-out"},
            {"goal": "verify-contact"},
            {"policy.sign_out": "none"},
            {"policy.unverified": "skip"},
            {"policy.federated": "skip"},
        ),
    ),
    Scene(
        "verify-contact",
        {"goal": "verify-contact", "policy": {"contact": "both", "unconfirmed": "verify"}},
        user={"email_verified": False, "phone_number_verified": False},
    ),
    Scene("sign-out", {"goal": "sign-out", "waves": ["10%", "rest"], "between": "2s"}),
    Scene("wave by wave", {**ONE_BY_ONE, "waves": [3, "10%", "30%", "rest"], "between": "confirm"}),
)


def users_of(scene: Scene, count: int, seed: int) -> list[SeedUser]:
    return [replace(user, **scene.user) for user in demo_users(count, seed)]


def lay_out(scene: Scene, users: list[SeedUser], desk: Desk, rng: random.Random) -> int:
    """Writes environment, manifest and job. Returns how many rows the manifest has.

    Two of them are about nobody, and one asks for a goal that there is not.
    """
    rows: list[dict[str, str]] = [{"username": name} for name in STRANGERS]
    rows.append({"username": users[0].username, "goal": WRONG_GOAL})
    for user in users[1:]:
        row = {"username": user.username, "note": "über, “quoted”\n"}
        if rng.random() < 0.3:
            row["priority"] = str(rng.randint(-3, 3))
        if scene.overrides and rng.random() < 0.2:
            row |= rng.choice(scene.overrides)
        rows.append(row)
    rng.shuffle(rows)
    manifest = desk.folder / "users.csv"
    _write(manifest, rows)
    desk.environment(**ENVIRONMENT)
    desk.job(manifest, on_invalid="report", max_failed={"fraction": 1}, **scene.job)
    return len(rows)


def _write(manifest: Path, rows: list[dict[str, str]]) -> None:
    columns = sorted({name for row in rows for name in row})
    with manifest.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
