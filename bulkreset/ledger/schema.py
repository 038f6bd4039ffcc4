"""The tables of a run file."""

from __future__ import annotations

import sqlite3

from bulkreset.ledger.states import FIRST_STATES, TRANSITIONS, Outcome, StepState

APPLICATION_ID = 0x42524553
"""`BRES`: tells a run file from any other SQLite file."""

SCHEMA_VERSION = 1

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

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
    problem TEXT NOT NULL
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

CREATE TABLE counters (kind TEXT NOT NULL, name TEXT NOT NULL, value REAL NOT NULL, PRIMARY KEY (kind, name))
WITHOUT ROWID;

CREATE TABLE events (id INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL);

CREATE TABLE first_states (state TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE transitions (old TEXT NOT NULL, new TEXT NOT NULL, PRIMARY KEY (old, new)) WITHOUT ROWID;

CREATE TRIGGER step_begins BEFORE INSERT ON steps
WHEN NEW.state NOT IN (SELECT state FROM first_states)
    AND NOT EXISTS (SELECT 1 FROM steps WHERE row = NEW.row AND ordinal = NEW.ordinal)
BEGIN SELECT RAISE(ABORT, 'a step cannot begin in this state'); END;

CREATE TRIGGER step_changes BEFORE UPDATE OF state ON steps
WHEN NOT EXISTS (SELECT 1 FROM transitions WHERE old = OLD.state AND new = NEW.state)
BEGIN SELECT RAISE(ABORT, 'not a legal change of a step''s state'); END;

CREATE TRIGGER step_stays BEFORE DELETE ON steps
BEGIN SELECT RAISE(ABORT, 'a step is never forgotten'); END;
"""

SEALS = """
CREATE INDEX plan_to_do ON plan (row) WHERE decision = 'do';

CREATE TRIGGER plan_is_sealed_update BEFORE UPDATE ON plan
BEGIN SELECT RAISE(ABORT, 'the plan is sealed'); END;
CREATE TRIGGER plan_is_sealed_delete BEFORE DELETE ON plan
BEGIN SELECT RAISE(ABORT, 'the plan is sealed'); END;
CREATE TRIGGER plan_is_sealed_insert BEFORE INSERT ON plan
BEGIN SELECT RAISE(ABORT, 'the plan is sealed'); END;
"""
"""Run once the plan is written: from then on it does not change."""

LAST_STEP = """
SELECT row, max(ordinal) AS ordinal, state, error_code, error_message FROM steps GROUP BY row
"""
"""Of each row the furthest step: SQLite takes the other columns from the row that holds the maximum."""

ROW_OUTCOME = f"""
CASE plan.decision
    WHEN 'skip' THEN '{Outcome.SKIPPED}'
    WHEN 'block' THEN '{Outcome.BLOCKED}'
    WHEN 'invalid' THEN '{Outcome.INVALID}'
    ELSE CASE
        WHEN last.state IS NULL THEN '{Outcome.NOT_ATTEMPTED}'
        WHEN last.state = '{StepState.DONE}'
            AND last.ordinal = length(plan.steps) - length(replace(plan.steps, ' ', ''))
            THEN '{Outcome.DONE}'
        WHEN last.state = '{StepState.FAILED}' THEN '{Outcome.FAILED}'
        WHEN last.state = '{StepState.DRIFTED}' THEN '{Outcome.DRIFTED}'
        WHEN last.state IN ('{StepState.UNKNOWN}', '{StepState.IN_FLIGHT}') THEN '{Outcome.UNKNOWN}'
        ELSE '{Outcome.NOT_ATTEMPTED}'
    END
END
"""
"""The outcome of a `plan` row joined with its `last` step. Steps are separated by single spaces."""


def create_tables(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.executescript(TABLES)
    connection.executemany("INSERT INTO first_states VALUES (?)", [(state,) for state in FIRST_STATES])
    connection.executemany("INSERT INTO transitions VALUES (?, ?)", list(TRANSITIONS))
