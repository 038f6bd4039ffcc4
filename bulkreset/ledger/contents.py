"""What can be wrong with the contents of a run file, told for people. Each part is looked at by itself."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from bulkreset.actions.base import PasswordUse
from bulkreset.actions.registry import actions
from bulkreset.ledger.chain import HEAD, break_in_chain
from bulkreset.ledger.handout import PURGED
from bulkreset.ledger.schema import constant_tables, create_tables, seal_tables
from bulkreset.ledger.seal import SEAL, seal_of
from bulkreset.ledger.standing import counted, recounted
from bulkreset.ledger.states import RunState, StepState
from bulkreset.planning.digest import DIGESTED_COLUMNS, plan_digest, plan_header
from bulkreset.settings.consent import GIVEN

SHOWN = 5
"""So many rows are named of each kind of fault."""

NEVER_CALLED = frozenset({StepState.DRIFTED, StepState.FAILED})
"""States of a step that may have come without a call."""

NEEDED_META = frozenset(
    {"state", "digest", "goal", "reason", "environment", "job", "pool", "planned_at", "extra_columns"}
)


def database_faults(connection: sqlite3.Connection) -> Iterator[str]:
    """What SQLite itself finds."""
    for (fault,) in connection.execute(f"PRAGMA integrity_check({SHOWN})"):
        if fault != "ok":
            yield fault.replace("\n", "; ")


def schema_faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Tables, indexes and triggers that are not as they are made, and rules that say something else."""
    fresh = sqlite3.connect(":memory:")
    create_tables(fresh)
    seal_tables(fresh)
    made, found = _schema(fresh), _schema(connection)
    fresh.close()
    for name in sorted(made.keys() | found.keys()):
        if name not in found:
            yield f"{name} is missing"
        elif name not in made:
            yield f"{name} does not belong here"
        elif made[name] != found[name]:
            yield f"{name} is not as it was made"
    for table, rows in constant_tables().items():
        if sorted(map(tuple, connection.execute(f"SELECT * FROM {table}"))) != rows:  # noqa: S608 - our names
            yield f"the table {table} does not say what this release says"


def meta_faults(connection: sqlite3.Connection) -> Iterator[str]:
    """What is kept of the run as a whole."""
    meta = _meta(connection)
    missing = sorted((NEEDED_META | {HEAD, SEAL}) - meta.keys())
    if missing:
        yield f"missing: {', '.join(missing)}"
    unknown_state = meta.get("state") not in set(RunState)
    if unknown_state:
        yield "the state of the run is none that a run can have"
    if meta.get(SEAL) != seal_of(connection):
        yield "what planning wrote is not as it was"


def plan_faults(connection: sqlite3.Connection) -> Iterator[str]:
    """The plan against its digest, and the order of calls."""
    meta = _meta(connection)
    columns = ", ".join(DIGESTED_COLUMNS)
    rows = map(tuple, connection.execute(f"SELECT {columns} FROM plan ORDER BY {columns}"))  # noqa: S608 - our names
    if plan_digest(plan_header(meta["environment"], meta["job"]), rows) != meta["digest"]:
        yield "the rows, or what the job says of the run, do not match the digest"


def event_faults(connection: sqlite3.Connection) -> Iterator[str]:
    broken = break_in_chain(connection)
    if broken:
        yield f"the chain is broken: {broken}"


def step_faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Steps that no run can have come to."""
    found: Counter[str] = Counter()
    examples: dict[str, list[int]] = {}
    entries = connection.execute(
        "SELECT steps.row, ordinal, action, steps.state, attempts, decision, plan.steps FROM steps"
        " LEFT JOIN plan ON plan.row = steps.row ORDER BY steps.row, ordinal"
    )
    for row, steps in groupby(entries, key=lambda entry: entry[0]):
        for fault in _faults_of_row([tuple(step) for step in steps]):
            found[fault] += 1
            examples.setdefault(fault, [])
            if len(examples[fault]) < SHOWN:
                examples[fault].append(row)
    for fault, count in found.items():
        rows = ", ".join(map(str, examples[fault]))
        yield f"{fault}: row {rows}{f' and {count - SHOWN:,} more' if count > SHOWN else ''}"


def _faults_of_row(steps: list[tuple[int, int, str, str, int, str | None, str | None]]) -> Iterator[str]:
    *_, decision, planned_steps = steps[0]
    if decision != "do":
        yield "a step of a row that is not to be done"
        return
    planned = (planned_steps or "").split()
    if [step[1] for step in steps] != list(range(len(steps))) or len(steps) > len(planned):
        yield "steps that are missing, or more than planned"
    elif [step[2] for step in steps] != planned[: len(steps)]:
        yield "a step that is another than planned"
    if any(step[3] not in set(StepState) for step in steps):
        yield "a step in a state that nobody knows"
    elif any(step[3] != StepState.DONE for step in steps[:-1]):
        yield "a step that was begun before the one before was done"
    if any(step[4] < (step[3] not in NEVER_CALLED) for step in steps):
        yield "a step that was called and never tried"


def handout_faults(connection: sqlite3.Connection) -> Iterator[str]:
    """Passwords that were set, or may have been, and that nobody can hand out."""
    meta = _meta(connection)
    handout = meta["job"].get("handout") or {}
    if (
        not (handout.get("recipients") or handout.get("secrets_manager"))
        or GIVEN in meta["job"].get("consent", ())
        or PURGED in meta
    ):
        return
    names = [action.name for action in actions().values() if action.password is PasswordUse.HANDED_OUT]
    missing = connection.execute(
        "SELECT row FROM steps WHERE action IN (SELECT value FROM json_each(?)) AND state IN (?, ?, ?)"
        " AND (row, ordinal) NOT IN (SELECT row, ordinal FROM handout) ORDER BY row",
        (json.dumps(names), StepState.DONE, StepState.UNKNOWN, StepState.IN_FLIGHT),
    ).fetchall()
    if missing:
        more = f" and {len(missing) - SHOWN:,} more" if len(missing) > SHOWN else ""
        rows = ", ".join(str(row) for (row,) in missing[:SHOWN])
        yield f"a password was set and is not in the hand-out: row {rows}{more}"


def count_faults(connection: sqlite3.Connection) -> Iterator[str]:
    """The counted outcomes against the rows themselves, and counters that went below nothing."""
    if counted(connection) != recounted(connection):
        yield "the outcomes that were counted are not those of the rows"
    for kind, name, value in connection.execute("SELECT kind, name, value FROM counters"):
        if not value >= 0:
            yield f"the counter {kind} of {name} is {value}"


def _schema(connection: sqlite3.Connection) -> dict[str, str | None]:
    return {
        f"{kind} {name}": text
        for kind, name, text in connection.execute("SELECT type, name, sql FROM sqlite_master")
    }


def _meta(connection: sqlite3.Connection) -> dict[str, Any]:
    return {key: json.loads(value) for key, value in connection.execute("SELECT key, value FROM meta")}
