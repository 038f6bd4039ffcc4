"""Values for tests: a sound one of each kind, of which a test changes what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from bulkreset.goals.base import Case, Match, Signature
from bulkreset.goals.registry import goals, policy_keys
from bulkreset.ledger.create import NewRun
from bulkreset.ledger.states import RunState
from bulkreset.planning.digest import DIGESTED_COLUMNS, plan_digest, plan_header
from bulkreset.planning.directives import Directives
from bulkreset.planning.snapshot import Snapshot, users_frame
from bulkreset.pool import PoolFacts
from bulkreset.settings.policies import resolve_policy
from bulkreset.settings.policy import PolicyValue
from bulkreset.users import Contact, UserState, UserStatus

POOL_ID = "us-east-1_AbCdEf123"
LONG_AGO = 1_600_000_000.0
"""Before any virtual clock starts."""


def user(username: str = "ada", **changes: Any) -> UserState:
    """A confirmed, enabled user with a verified e-mail address and no phone number."""
    values: dict[str, Any] = {
        "username": username,
        "sub": f"sub-of-{username}",
        "status": UserStatus.CONFIRMED,
        "enabled": True,
        "email": f"{username}@example.com",
        "email_verified": True,
        "phone_number": "",
        "phone_number_verified": False,
        "modified_at": LONG_AGO,
    }
    return UserState(**values | changes)


def pool(**changes: Any) -> PoolFacts:
    """A pool that recovers by e-mail, then phone; usernames are names, and case does not matter."""
    values: dict[str, Any] = {
        "pool_id": POOL_ID,
        "name": "customers",
        "recovery": ("verified_email", "verified_phone_number"),
        "alias_attributes": (),
        "username_attributes": (),
        "case_sensitive": False,
        "estimated_users": 100,
        "email_sender": "DEVELOPER",
    }
    return PoolFacts(**values | changes)


def snapshot(*users: UserState, **pool_changes: Any) -> Snapshot:
    return Snapshot(pool(**pool_changes), users_frame(users), taken_at=LONG_AGO, whole_pool=True)


def policy(goal: str = "force-reset", **given: PolicyValue) -> dict[str, PolicyValue]:
    """The defaults of a goal with some keys changed; values that no job could hold are refused."""
    values, problems = resolve_policy(goal, given, policy_keys())
    assert not problems, problems
    return values


def signature(**changes: Any) -> Signature:
    """A confirmed, enabled user with a verified e-mail address of its own and no phone number."""
    values: dict[str, Any] = {
        "match": Match.ONE,
        "status": UserStatus.CONFIRMED,
        "enabled": True,
        "email": Contact.VERIFIED,
        "phone": Contact.NONE,
        "email_shared": False,
        "phone_shared": False,
        "preferred_mfa": "",
        "protected": False,
        "changed_since": False,
    }
    return Signature(**values | changes)


def case(
    goal: str = "force-reset",
    given: Mapping[str, PolicyValue] | None = None,
    facts: PoolFacts | None = None,
    **changes: Any,
) -> Case:
    return Case(signature(**changes), policy(goal, **(given or {})), facts or pool())


def directives(goal: str = "force-reset", **given: PolicyValue) -> Directives:
    return Directives(goal, policy(goal, **given), goals())


def manifest_rows(*rows: tuple[str, str] | Mapping[str, Any]) -> pd.DataFrame:
    """Manifest rows from (kind, identifier), or from mappings of any columns; lines count below a header."""
    full = []
    for number, row in enumerate(rows, start=1):
        given = dict(row) if isinstance(row, Mapping) else dict(zip(("kind", "identifier"), row, strict=True))
        full.append(
            {
                "row": number,
                "line": number + 1,
                "kind": "username",
                "identifier": "",
                "overrides": "",
                "problem": "",
                **given,
            }
        )
    columns = ["row", "line", "kind", "identifier", "overrides", "problem"]
    frame = pd.DataFrame(full, columns=columns)
    return frame.astype(
        {"row": int, "line": int, "kind": str, "identifier": str, "overrides": str, "problem": str}
    )


def plan_row(row: int, about: UserState | None = None, **changes: Any) -> dict[str, Any]:
    """A row of a plan: to reset `about` and sign it out. Turns are those of a manifest to do as a whole."""
    about = about or user(f"user-{row}")
    is_to_do = changes.get("decision", "do") == "do"
    values: dict[str, Any] = {
        "row": row,
        "line": row + 1,
        "kind": "username",
        "identifier": about.username,
        "username": about.username,
        "decision": "do",
        "reason": "ready",
        "steps": "reset-password sign-out",
        "state": about.summary,
        "contact": about.contact_fingerprint,
        "problem": "",
        "turn": row if is_to_do else 0,
        "wave": 1 if is_to_do else 0,
        "medium": "email" if is_to_do else "",
        "overrides": "",
    }
    return values | changes


def run_meta(**changes: Any) -> dict[str, Any]:
    """What is kept of a run beside its rows."""
    values: dict[str, Any] = {
        "state": RunState.PLANNED.value,
        "digest": "d" * 64,
        "goal": "force-reset",
        "reason": "INC-4711",
        "environment": {"pool_id": POOL_ID, "region": "us-east-1", "endpoint_url": None},
        "job": {"goal": "force-reset", "client_metadata": {}},
        "pool": {"estimated_users": 100},
        "planned_at": LONG_AGO,
    }
    return values | changes


def sound_run(path: Path, rows: Iterable[Mapping[str, Any]], **meta: Any) -> Path:
    """A sealed run file whose digest is that of its plan."""
    rows = list(rows)
    kept = run_meta(**meta)
    digested = sorted(tuple(row[name] for name in DIGESTED_COLUMNS) for row in rows)
    digest = plan_digest(plan_header(kept["environment"], kept["job"]), digested)
    return new_run(path, rows, **{**meta, "digest": digest})


def new_run(
    path: Path,
    rows: Iterable[Mapping[str, Any]],
    *,
    extras: pd.DataFrame | None = None,
    calls: Mapping[str, int] | None = None,
    **meta: Any,
) -> Path:
    """A sealed run file with these plan rows; `extras` are cells of the first rows."""
    frame = pd.DataFrame(list(rows), columns=list(plan_row(1)))
    with NewRun(path) as run:
        if extras is not None:
            run.add_extras(frame["row"].head(len(extras)), extras)
        run.add_plan(frame)
        run.seal(run_meta(**meta), calls or {})
    return path
