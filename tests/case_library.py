"""The library of cases in tests/cases/plans: what its files mean, and how one is planned.

The form is told in tests/cases/plans/README.md. A case is planned by the code behind `bulkreset plan
--snapshot`, at a fixed moment and without a call.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from factories import POOL_ID

from bulkreset.clock import VirtualClock
from bulkreset.errors import BulkresetError
from bulkreset.flow.plan import plan_job
from bulkreset.flow.report import reading
from bulkreset.goals.base import Case, Decision, Goal
from bulkreset.planning.snapshot import Snapshot, save_snapshot, users_frame
from bulkreset.pool import ADMIN_ONLY, PoolFacts
from bulkreset.settings.moments import read_moment
from bulkreset.users import UserState, UserStatus

LIBRARY = Path(__file__).parent / "cases" / "plans"
FOLDERS = sorted(path.parent for path in LIBRARY.glob("*/job.yaml"))

NOW = 1_795_262_400.0
"""2026-11-21T12:00:00Z, when every case is planned and its snapshot was taken."""

USUALLY_MODIFIED = "2026-01-01T00:00:00Z"
MECHANISMS = {"email": "verified_email", "phone": "verified_phone_number"}
ATTRIBUTES = {"email": "email", "phone": "phone_number"}
POOL_KEYS = {"recovery", "aliases", "sign_in_with", "case_sensitive", "users"}
USER_KEYS = {"status", "enabled", "email", "phone", "mfa", "modified", "sub", "linked", "attributes"}


@dataclass(frozen=True, slots=True)
class Planned:
    """What came of a case: rows as expected.csv writes them, or a refusal as refused.txt does."""

    rows: tuple[Mapping[str, str], ...] = ()
    refusal: str = ""


def planned(folder: Path, scratch: Path) -> Planned:
    """Plan a case; files that come of it go to `scratch`."""
    snapshot, run = scratch / "pool.parquet", scratch / "case.run"
    save_snapshot(snapshot_of(folder / "pool.yaml"), snapshot)
    try:
        plan_job(folder / "job.yaml", run, snapshot, VirtualClock(NOW))
    except BulkresetError as error:
        text = str(error).replace(f"{folder}/", "").replace(f"{folder.parent}/", "")
        return Planned(refusal=f"exit {error.exit_code}\n{text}\n")
    return Planned(rows=tuple(_rows(run)))


def expected(folder: Path) -> Planned:
    """What the case says, without columns that it leaves out."""
    refused = folder / "refused.txt"
    if refused.exists():
        return Planned(refusal=refused.read_text(encoding="utf-8"))
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        return Planned(rows=tuple(csv.DictReader(file, strict=True)))


def says(folder: Path) -> str:
    """The sentence at the top of a case's job: what it shows, and why that is right."""
    lines = (folder / "job.yaml").read_text(encoding="utf-8").splitlines()
    told = []
    for line in lines:
        if not line.startswith("# "):
            break
        told.append(line.removeprefix("# "))
    return " ".join(told)


def snapshot_of(path: Path) -> Snapshot:
    """The pool that a pool.yaml describes."""
    written = yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - texts alone
    _check(written, POOL_KEYS, path.parent.name)
    signs_in_with = tuple(ATTRIBUTES[name] for name in written.get("sign_in_with", ()))
    pool = PoolFacts(
        pool_id=POOL_ID,
        name="customers",
        recovery=_recovery(written.get("recovery", ["email", "phone"])),
        alias_attributes=tuple(ATTRIBUTES[name] for name in written.get("aliases", ())),
        username_attributes=signs_in_with,
        case_sensitive=written.get("case_sensitive") == "true",
        estimated_users=len(written["users"]),
        email_sender="DEVELOPER",
    )
    users = [
        _user(name, user or {}, number, is_sub=bool(signs_in_with))
        for number, (name, user) in enumerate(written["users"].items(), start=1)
    ]
    return Snapshot(pool, users_frame(users), taken_at=NOW, whole_pool=True)


def _recovery(written: str | list[str]) -> tuple[str, ...]:
    match written:
        case "admin_only":
            return (ADMIN_ONLY,)
        case "unset":
            return ()
    return tuple(MECHANISMS[name] for name in written)


def _user(name: str, written: Mapping[str, Any], number: int, *, is_sub: bool) -> UserState:
    _check(written, USER_KEYS, name)
    email, email_verified = _contact(written.get("email", "verified"), f"{name}@example.com")
    phone, phone_verified = _contact(written.get("phone", "none"), f"+1555{number:07d}")
    attributes = dict(written.get("attributes") or {})
    if "linked" in written:
        attributes["identities"] = json.dumps([{"providerName": written["linked"], "userId": str(number)}])
    modified = read_moment(written.get("modified", USUALLY_MODIFIED))
    assert isinstance(modified, float), f"{name}: {modified}"
    return UserState(
        username=name,
        sub=written.get("sub", name if is_sub else f"sub-of-{name}"),
        status=UserStatus(written.get("status", "CONFIRMED")),
        enabled=written.get("enabled", "true") == "true",
        email=email,
        email_verified=email_verified,
        phone_number=phone,
        phone_number_verified=phone_verified,
        modified_at=modified,
        preferred_mfa=written.get("mfa", ""),
        attributes=json.dumps(attributes, ensure_ascii=False) if attributes else "",
    )


def _contact(written: str, usual: str) -> tuple[str, bool]:
    """A contact as `none`, `verified`, `unverified`, `VALUE` or `VALUE unverified`."""
    if written == "none":
        return "", False
    value, _, flag = written.partition(" ")
    if value in ("verified", "unverified"):
        return usual, value == "verified"
    assert flag in ("", "unverified"), written
    return value, not flag


def _check(written: Mapping[str, Any], known: set[str], where: str) -> None:
    assert written.keys() <= known, f"{where}: unknown {sorted(written.keys() - known)}"


def _rows(run: Path) -> Iterator[Mapping[str, str]]:
    with reading(run) as reader:
        turns = {work.row: work.turn for work in reader.backlog(0, 1000, 1000)}
        for row in reader.planned_rows():
            yield {
                "identifier": row.identifier,
                "username": row.username,
                "decision": row.decision,
                "reason": row.reason,
                "steps": row.steps,
                "medium": row.medium,
                "wave": str(row.wave or ""),
                "turn": str(turns.get(row.row, "")),
                "problem": row.problem,
            }


@dataclass(frozen=True, slots=True, order=True)
class Line:
    """What a rule of a goal says for one value of its policy key; `value` is "" without a key."""

    goal: str
    number: int
    reason: str
    value: str


def lines_of(goal: Goal) -> Iterator[Line]:
    """Every line of a decision table; a value for which the next rules decide has one, too."""
    keys = {key.name: key for key in goal.keys}
    for number, rule in enumerate(goal.rules, start=1):
        for value in keys[rule.policy].values if rule.policy else ("",):
            yield Line(goal.name, number, rule.reason, value)


Choice = tuple[str, str, str]
"""A goal, a policy key of it, and a value of that key."""


def choices_of(goal: Goal) -> Iterator[Choice]:
    """Every value of every policy key, also of keys that no rule asks for but steps depend on."""
    for key in goal.keys:
        for value in key.values:
            yield goal.name, key.name, value


@dataclass(frozen=True, slots=True)
class Seen:
    """What decisions came by: lines of tables, and the policy under which there was something to do."""

    lines: set[Line] = field(default_factory=set)
    choices: set[Choice] = field(default_factory=set)


@contextmanager
def watched_decisions() -> Iterator[Seen]:
    """Every decision of every goal while this lasts."""
    seen = Seen()
    decide = Goal.decide

    def watched(goal: Goal, case: Case) -> Decision:
        decision = decide(goal, case)
        for number, rule in enumerate(goal.rules, start=1):
            if rule.holds(case):
                value = str(case.policy[rule.policy]) if rule.policy else ""
                seen.lines.add(Line(goal.name, number, rule.reason, value))
                if rule.ruling(case) is not None:
                    break
        if decision.steps:
            seen.choices.update((goal.name, key, str(value)) for key, value in case.policy.items())
        return decision

    with mock.patch.object(Goal, "decide", watched):
        yield seen
