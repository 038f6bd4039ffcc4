"""check: what an editor or a bug did to a run file is found, part by part."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pandas as pd
import pytest
from edits import edited
from factories import plan_row, sound_run

from bulkreset.errors import InputError
from bulkreset.ledger import contents
from bulkreset.ledger.check import Finding, Severity, check_run
from bulkreset.ledger.connection import lock_run, open_for_writing
from bulkreset.ledger.create import NewRun
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.standing import recounted
from bulkreset.ledger.states import RunState, StepState


@pytest.fixture
def path(tmp_path):
    """A run that has begun: a row done, one between its steps, one unknown, one drifted, others not begun."""
    rows = [*(plan_row(number) for number in range(1, 9)), plan_row(9, decision="skip", steps="")]
    path = sound_run(tmp_path / "run.db", rows, extras=pd.DataFrame({"team": ["red", "blue"]}))
    with open_for_writing(path) as connection:
        journal = Journal(connection)
        journal.enter(RunState.RUNNING, 1.0, {"user": "ada"})
        done = (StepState.IN_FLIGHT, StepState.DONE)
        journal.record(
            [
                *(StepChange(1, 0, "reset-password", state, 1) for state in done),
                *(StepChange(1, 1, "sign-out", state, 1) for state in done),
                *(StepChange(2, 0, "reset-password", state, 1) for state in done),
                *(StepChange(3, 0, "reset-password", state, 2) for state in (done[0], StepState.UNKNOWN)),
                StepChange(4, 0, "reset-password", StepState.DRIFTED, 0),
            ],
            {("calls", "AdminResetUserPassword"): 3},
        )
    return path


def found(path) -> dict[str, str]:
    """The findings by part; all of them are errors."""
    findings = check_run(path)
    assert all(finding.severity is Severity.ERROR for finding in findings)
    parts = {finding.what for finding in findings}
    return {part: "; ".join(found.detail for found in findings if found.what == part) for part in parts}


def test_a_sound_run_has_no_findings(path):
    assert check_run(path) == ()


def test_checking_changes_nothing(path):
    before = path.read_bytes()
    check_run(path)

    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_run_that_goes_on_is_looked_at_as_of_one_moment(path):
    with lock_run(path), open_for_writing(path) as connection:
        Journal(connection).record([StepChange(5, 0, "reset-password", StepState.IN_FLIGHT, 1)], {})
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("UPDATE settled SET rows = 77")

        assert check_run(path) == ()
        connection.execute("ROLLBACK")


def test_what_a_runner_commits_meanwhile_is_of_another_moment(path, monkeypatch):
    with lock_run(path), open_for_writing(path) as writing:

        def recounted_later(connection):
            Journal(writing).record([StepChange(5, 0, "reset-password", StepState.DRIFTED, 0)], {})
            return recounted(connection)

        monkeypatch.setattr(contents, "recounted", recounted_later)
        assert check_run(path) == ()


@pytest.mark.parametrize(
    ("statement", "what", "told"),
    [
        ("UPDATE plan SET username = 'eve' WHERE row = 5", "plan", "do not match the digest"),
        ("UPDATE plan SET decision = 'do' WHERE row = 9", "plan", "do not match the digest"),
        ("DELETE FROM plan WHERE row = 8", "plan", "do not match the digest"),
        ("UPDATE plan SET wave = 2 WHERE row = 8", "plan", "do not match the digest"),
        ("UPDATE plan SET turn = 80 WHERE row = 8", "settings", "what planning wrote is not as it was"),
        ("UPDATE plan SET overrides = '{}' WHERE row = 8", "settings", "what planning wrote"),
        ("UPDATE plan SET row = 80 WHERE row = 8", "settings", "what planning wrote"),
        ("UPDATE extras SET cells = '[\"green\"]' WHERE row = 2", "settings", "what planning wrote"),
        ("UPDATE meta SET value = '9.5' WHERE key = 'planned_at'", "settings", "what planning wrote"),
        ("INSERT INTO meta VALUES ('approved_by', '\"eve\"')", "settings", "what planning wrote"),
        ("DELETE FROM meta WHERE key = 'reason'", "settings", "missing: reason"),
        ("DELETE FROM meta WHERE key = 'seal'", "settings", "missing: seal"),
        ("UPDATE meta SET value = '\"gone\"' WHERE key = 'state'", "settings", "none that a run can have"),
        ("UPDATE meta SET value = '{' WHERE key = 'hold' OR key = 'state'", "settings", "cannot be read"),
        ("UPDATE steps SET row = 99 WHERE row = 3", "steps", "is not to be done: row 99"),
        ("UPDATE steps SET row = 9 WHERE row = 3", "steps", "is not to be done: row 9"),
        ("UPDATE steps SET ordinal = 1 WHERE row = 3", "steps", "missing, or more than planned: row 3"),
        ("UPDATE steps SET ordinal = 2 WHERE row = 1 AND ordinal = 1", "steps", "missing, or more"),
        ("UPDATE steps SET action = 'sign-out' WHERE row = 3", "steps", "another than planned: row 3"),
        ("UPDATE steps SET state = 'gone' WHERE row = 3", "steps", "nobody knows: row 3"),
        (
            "UPDATE steps SET state = 'pending' WHERE row = 1 AND ordinal = 0",
            "steps",
            "begun before the one before was done: row 1",
        ),
        ("UPDATE steps SET attempts = 0 WHERE row = 3", "steps", "never tried: row 3"),
        ("UPDATE steps SET attempts = -1 WHERE row = 4", "steps", "never tried: row 4"),
        ("DELETE FROM steps WHERE row = 4", "counts", "are not those of the rows"),
        ("UPDATE settled SET rows = rows + 1 WHERE outcome = 'done'", "counts", "are not those of the rows"),
        ("UPDATE counters SET value = -1", "counts", "AdminResetUserPassword is -1"),
        ("DROP INDEX plan_to_do", "schema", "index plan_to_do is missing"),
        ("DROP TABLE extras", "schema", "missing"),
        ("CREATE TABLE notes (text TEXT)", "schema", "table notes does not belong here"),
        ("CREATE VIEW peek AS SELECT * FROM plan", "schema", "view peek does not belong here"),
        ("INSERT INTO transitions VALUES ('done', 'pending')", "schema", "the table transitions"),
        ("DELETE FROM first_states", "schema", "the table first_states"),
        ("INSERT INTO mutable_meta VALUES ('digest')", "schema", "the table mutable_meta"),
    ],
)
def test_what_an_editor_did_is_found(path, statement, what, told):
    edited(path, statement)

    assert told in found(path)[what]


def test_a_trigger_that_is_gone_or_changed_is_found(path):
    with open_for_writing(path) as connection:
        connection.execute("DROP TRIGGER step_stays")
        connection.execute("DROP TRIGGER plan_is_sealed_update")
        connection.execute(
            "CREATE TRIGGER plan_is_sealed_update BEFORE UPDATE ON plan WHEN NEW.row > 9 BEGIN SELECT 1; END"
        )

    assert [finding.detail for finding in check_run(path)] == [
        "trigger plan_is_sealed_update is not as it was made",
        "trigger step_stays is missing",
    ]


def test_an_index_that_lost_touch_with_its_table_is_found(path):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        kept = connection.execute("SELECT * FROM sqlite_master WHERE name = 'steps_open'").fetchone()
        connection.execute("DELETE FROM sqlite_master WHERE name = 'steps_open'")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE steps SET state = 'pending' WHERE row = 3")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", kept)

    assert "steps_open" in found(path)["database"]


def test_of_many_rows_with_one_fault_a_few_are_named(path):
    with open_for_writing(path) as connection:
        Journal(connection).record(
            [StepChange(row, 0, "reset-password", StepState.IN_FLIGHT, 1) for row in range(5, 9)], {}
        )
    edited(path, "UPDATE steps SET attempts = -3")

    assert found(path)["steps"] == "a step that was called and never tried: row 1, 2, 3, 4, 5 and 3 more"


def test_an_empty_plan_is_whole(tmp_path):
    assert check_run(sound_run(tmp_path / "run.db", [])) == ()


def test_a_job_that_was_edited_does_not_match_the_digest(path):
    edited(
        path, """UPDATE meta SET value = '{"goal": "sign-out", "client_metadata": {}}' WHERE key = 'job'"""
    )

    assert set(found(path)) == {"settings", "plan"}


def test_a_missing_file_is_bad_input(tmp_path):
    with pytest.raises(InputError, match="no such run file"):
        check_run(tmp_path / "run.db")
    with pytest.raises(InputError, match="this is a folder"):
        check_run(tmp_path)


def test_an_empty_file_is_told_as_such(tmp_path):
    path = tmp_path / "run.db"
    path.touch()

    assert check_run(path) == (Finding(Severity.ERROR, "file", "it is empty"),)


def test_another_version_is_told_as_such(path):
    edited(path, "PRAGMA user_version = 1")

    assert found(path) == {"file": "this run file has schema version 1; this bulkreset reads version 5"}


def test_a_plan_that_is_being_made_is_no_run_yet(tmp_path):
    with NewRun(tmp_path / "run.db") as run:
        run._connection.execute("PRAGMA synchronous = OFF")

        assert {finding.what for finding in check_run(run._partial.path)} >= {"schema", "settings"}
