"""The tables of a run file, and the triggers by which it keeps its own promises."""

from __future__ import annotations

import sqlite3

from bulkreset.ledger import chain, standing
from bulkreset.ledger.handout import PURGED
from bulkreset.ledger.states import FIRST_STATES, TRANSITIONS, StepState
from bulkreset.mistaken import RUN_MARK

APPLICATION_ID = int.from_bytes(RUN_MARK)
"""Tells a run file from any other SQLite file."""

SCHEMA_VERSION = 5

MUTABLE_META = frozenset(
    {
        "state",
        chain.HEAD,
        "control_read",
        "hold",
        "shares",
        "failures_from",
        "waves_open",
        "identity",
        "quotas",
        "message_limits",
        "findings",
        PURGED,
    }
)
"""What may change, beside steps and counters, once a run is planned. Everything else is sealed."""

TABLES = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE mutable_meta (key TEXT PRIMARY KEY) WITHOUT ROWID;

-- `turn` is the order of calls: from 1 on over the rows to do, and 0 for others, as is `wave`. `medium` is
-- how the row's message goes. `overrides` are the row's own goal and policy, as JSON.
CREATE TABLE plan (
    row INTEGER PRIMARY KEY,
    line INTEGER NOT NULL,
    kind TEXT NOT NULL,
    identifier TEXT NOT NULL,
    username TEXT NOT NULL,
    decision TEXT NOT NULL,
    reason TEXT NOT NULL,
    steps TEXT NOT NULL,
    state TEXT NOT NULL,
    contact TEXT NOT NULL,
    problem TEXT NOT NULL,
    turn INTEGER NOT NULL,
    wave INTEGER NOT NULL,
    medium TEXT NOT NULL,
    overrides TEXT NOT NULL
);

-- The manifest's other columns, as a JSON list in the order of meta.extra_columns.
CREATE TABLE extras (row INTEGER PRIMARY KEY, cells TEXT NOT NULL);

-- What has happened of a row's steps. A step appears with the intent to call it.
CREATE TABLE steps (
    row INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    started_at REAL,
    called_at REAL,
    finished_at REAL,
    request_id TEXT NOT NULL DEFAULT '',
    error_code TEXT NOT NULL DEFAULT '',
    error_message TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (row, ordinal)
) WITHOUT ROWID;

-- Passwords that were about to be set, sealed to the recipients. `number` counts those of one step.
CREATE TABLE handout (
    row INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    number INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (row, ordinal, number)
) WITHOUT ROWID;

CREATE TABLE counters (kind TEXT NOT NULL, name TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY (kind, name))
WITHOUT ROWID;

CREATE TABLE first_states (state TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE transitions (old TEXT NOT NULL, new TEXT NOT NULL, PRIMARY KEY (old, new)) WITHOUT ROWID;

CREATE TRIGGER step_begins BEFORE INSERT ON steps
WHEN NOT EXISTS (SELECT 1 FROM steps WHERE row = NEW.row AND ordinal = NEW.ordinal) AND (
    NOT EXISTS (SELECT 1 FROM first_states WHERE state = NEW.state)
    OR NOT EXISTS (SELECT 1 FROM plan WHERE row = NEW.row AND decision = 'do')
    OR NEW.ordinal <> 0 AND NOT EXISTS (
        SELECT 1 FROM steps WHERE row = NEW.row AND ordinal = NEW.ordinal - 1 AND state = '{StepState.DONE}'
    )
)
BEGIN SELECT RAISE(ABORT, 'a step cannot begin so: not in this state, or not planned, or not yet'); END;

CREATE TRIGGER step_changes BEFORE UPDATE OF state ON steps
WHEN NOT EXISTS (SELECT 1 FROM transitions WHERE old = OLD.state AND new = NEW.state)
BEGIN SELECT RAISE(ABORT, 'not a legal change of a step''s state'); END;

CREATE TRIGGER step_keeps_its_place BEFORE UPDATE OF row, ordinal, action ON steps
BEGIN SELECT RAISE(ABORT, 'a step stays what it is'); END;

CREATE TRIGGER handout_is_of_a_step BEFORE INSERT ON handout
WHEN NOT EXISTS (SELECT 1 FROM steps WHERE row = NEW.row AND ordinal = NEW.ordinal)
BEGIN SELECT RAISE(ABORT, 'a password is handed out of a step that was begun'); END;

CREATE TRIGGER handout_is_never_changed BEFORE UPDATE ON handout
BEGIN SELECT RAISE(ABORT, 'a sealed password is never changed'); END;

CREATE TRIGGER handout_stays_until_purged BEFORE DELETE ON handout
WHEN NOT EXISTS (SELECT 1 FROM meta WHERE key = '{PURGED}')
BEGIN SELECT RAISE(ABORT, 'a sealed password is kept until the hand-out is purged'); END;

CREATE TRIGGER step_stays BEFORE DELETE ON steps
BEGIN SELECT RAISE(ABORT, 'a step is never forgotten'); END;
"""  # noqa: S608 - our own names

SEALED_TABLES = ("plan", "extras", "waves", "first_states", "transitions", "mutable_meta")

SEALS = """
CREATE UNIQUE INDEX plan_to_do ON plan (turn) WHERE decision = 'do';

CREATE TRIGGER meta_is_sealed_insert BEFORE INSERT ON meta
WHEN NEW.key NOT IN (SELECT key FROM mutable_meta)
BEGIN SELECT RAISE(ABORT, 'this was sealed with the plan'); END;
CREATE TRIGGER meta_is_sealed_update BEFORE UPDATE ON meta
WHEN OLD.key NOT IN (SELECT key FROM mutable_meta) OR NEW.key <> OLD.key
BEGIN SELECT RAISE(ABORT, 'this was sealed with the plan'); END;
CREATE TRIGGER meta_is_sealed_delete BEFORE DELETE ON meta
BEGIN SELECT RAISE(ABORT, 'this was sealed with the plan'); END;
""" + "".join(  # noqa: S608 - our own names
    f"CREATE TRIGGER {table}_is_sealed_{verb.lower()} BEFORE {verb} ON {table}"
    f" BEGIN SELECT RAISE(ABORT, 'the {table} is sealed'); END;\n"
    for table in SEALED_TABLES
    for verb in ("INSERT", "UPDATE", "DELETE")
)


def create_tables(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.executescript(TABLES + chain.TABLES + standing.TABLES)
    for table, rows in constant_tables().items():
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)  # noqa: S608 - our names


def seal_tables(connection: sqlite3.Connection) -> None:
    """Run once the plan is written: from then on it does not change."""
    connection.executescript(SEALS)


def constant_tables() -> dict[str, list[tuple[str, ...]]]:
    """The rules that stand in each run file, by table, sorted."""
    return {
        "first_states": sorted((state.value,) for state in FIRST_STATES),
        "transitions": sorted((old.value, new.value) for old, new in TRANSITIONS),
        "mutable_meta": sorted((key,) for key in MUTABLE_META),
    }
