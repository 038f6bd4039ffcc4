"""What has to be true once a run is over: the report against the manifest, and against the pool itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bulkreset.simulator import DEMO_POOL_ID, Simulator

RESET = "AdminResetUserPassword"
SHOWN = 5

OPERATIONS = {
    "reset-password": RESET,
    "sign-out": "AdminUserGlobalSignOut",
    "verify-email": "AdminUpdateUserAttributes",
    "verify-phone": "AdminUpdateUserAttributes",
    "enable-user": "AdminEnableUser",
}

TRUE_AFTERWARDS: Mapping[str, Callable[[Any], bool]] = {
    "reset-password": lambda user: user.status == "RESET_REQUIRED",
    "sign-out": lambda _user: True,
    "verify-email": lambda user: user.email_verified,
    "verify-phone": lambda user: user.phone_number_verified,
    "enable-user": lambda user: user.enabled,
}

NEVER = ("drifted", "not-attempted")
"""Outcomes that no row may have: nobody else changes users, and the run went on to its end."""


def violations(simulator: Simulator, report: Mapping[str, Any], rows_of_manifest: int) -> list[str]:
    """Everything that is not as promised; of many alike the first few."""
    found: Counter[str] = Counter()
    told = []
    for kind, detail in (*_of_the_whole(report, rows_of_manifest), *_of_each(simulator, report["rows"])):
        found[kind] += 1
        if found[kind] <= SHOWN:
            told.append(f"{kind}: {detail}")
    told += [f"{kind}: {count - SHOWN} more" for kind, count in found.items() if count > SHOWN]
    return told


def _of_the_whole(report: Mapping[str, Any], rows_of_manifest: int) -> Iterator[tuple[str, str]]:
    status, rows = report["status"], report["rows"]
    counted = Counter(row["outcome"] for row in rows)
    told = {outcome: count for outcome, count in status["outcomes"].items() if count}
    if status["state"] != "finished":
        yield "not at its end", status["state"]
    if status["rows"]["total"] != rows_of_manifest or sum(told.values()) != rows_of_manifest:
        yield "lost", f"{rows_of_manifest} rows, and the status counts {status['rows']} and {told}"
    if sorted(row["row"] for row in rows) != list(range(1, rows_of_manifest + 1)):
        yield "lost", f"{rows_of_manifest} rows in the manifest, {len(rows)} in the report"
    if counted != told:
        yield "two truths", f"the report has {dict(counted)}, the status {told}"
    for row in rows:
        if row["outcome"] in NEVER:
            yield row["outcome"], str(row)


def _of_each(simulator: Simulator, rows: list[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    mailed = simulator.outbox.counts()
    effects = {name: simulator.counters.effects_by_user(name) for name in set(OPERATIONS.values())}
    about = {row["username"]: row for row in rows if row["decision"] == "do"}
    for name, count in mailed.items():
        if count > 1:
            yield "mailed twice", f"{name}: {count} messages, row {about.get(name)}"
    for operation, users in effects.items():
        for name in users:
            row = about.get(name)
            if row is None or operation not in {OPERATIONS[step] for step in row["steps"].split()}:
                yield "touched without a plan", f"{operation} of {name}, row {row}"
    for row in about.values():
        if row["outcome"] == "done":
            yield from _of_a_row_that_is_done(simulator, row, mailed, effects)


def _of_a_row_that_is_done(
    simulator: Simulator,
    row: Mapping[str, Any],
    mailed: Counter[str],
    effects: Mapping[str, Mapping[str, int]],
) -> Iterator[tuple[str, str]]:
    name = row["username"]
    user = simulator.user(DEMO_POOL_ID, name)
    for step in row["steps"].split():
        if not TRUE_AFTERWARDS[step](user) or not effects[OPERATIONS[step]].get(name):
            yield "done in the report alone", f"{step} of {name}: {user}"
        if step == "reset-password" and mailed[name] != 1:
            yield "done without a message", f"{name}: {mailed[name]} messages"
