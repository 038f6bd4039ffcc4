"""Events are chained: none can be changed, dropped or slipped in without its showing."""

from __future__ import annotations

import hashlib
import json
import sqlite3

import pytest
from edits import edited
from factories import plan_row, sound_run

from bulkreset.ledger.check import check_run
from bulkreset.ledger.connection import open_for_writing
from bulkreset.ledger.journal import Journal
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState


@pytest.fixture
def path(tmp_path):
    """A run with five events."""
    path = sound_run(tmp_path / "run.db", [plan_row(1)])
    with open_for_writing(path) as connection:
        journal = Journal(connection)
        journal.event(1.0, "confirmed", {"user": "zoë"})
        journal.enter(RunState.RUNNING, 2, {})
        journal.event(2.5, "slowed-down", {"category": "UserUpdate"})
        journal.enter(RunState.STOPPED, 3.25, {"reason": "a „signal“"})
    return path


def broken(path) -> str:
    return " ".join(finding.detail for finding in check_run(path) if finding.what == "events")


def test_each_hash_is_over_the_event_and_the_hash_before_it(path):
    with open_for_writing(path) as connection:
        reader = RunReader(connection)
        kept = [tuple(entry) for entry in connection.execute("SELECT * FROM events ORDER BY id")]
        link = reader.meta("digest")
        for number, at, kind, detail, kept_hash in kept:
            linked = json.dumps([link, number, at, kind, detail], separators=(",", ":"))
            link = hashlib.sha256(linked.encode("ascii")).hexdigest()
            assert kept_hash == link

        assert [entry[0] for entry in kept] == [1, 2, 3, 4, 5]
        assert reader.meta("events_head") == {"id": 5, "hash": link}
        assert [event.hash for event in reader.events()] == [entry[4] for entry in kept]


def test_only_the_latest_events_are_read_by_who_saw_the_others(path):
    with open_for_writing(path) as connection:
        reader = RunReader(connection)

        assert [event.kind for event in reader.events(after_id=3)] == ["slowed-down", "stopped"]
        assert list(reader.events(after_id=5)) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET detail = '{}' WHERE id = 2",
        "DELETE FROM events WHERE id = 5",
        "DELETE FROM events",
        "INSERT INTO events VALUES (9, 1.0, 'x', '{}', '')",
        "INSERT INTO events VALUES (0, 1.0, 'x', '{}', '')",
        "INSERT INTO events VALUES (-1, 1.0, 'x', '{}', '')",
        "INSERT OR REPLACE INTO events SELECT id, 9.0, kind, detail, hash FROM events WHERE id = 5",
    ],
)
def test_the_file_refuses_whatever_is_no_new_event(path, statement):
    with open_for_writing(path) as connection, pytest.raises(sqlite3.IntegrityError, match="an event"):
        connection.execute(statement)

    assert check_run(path) == ()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ('UPDATE events SET detail = \'{"user": "eve"}\' WHERE id = 2', "event 2 (confirmed)"),
        ("UPDATE events SET at = 2.25 WHERE id = 4", "event 4 (slowed-down)"),
        ("UPDATE events SET kind = 'approved' WHERE id = 1", "event 1 (approved)"),
        ("DELETE FROM events WHERE id = 1", "after event 0 comes 2"),
        ("DELETE FROM events WHERE id = 3", "after event 2 comes 4"),
        ("DELETE FROM events WHERE id = 5", "the last event is 4, and it should be 5"),
        ("DELETE FROM events", "the last event is 0, and it should be 5"),
        ("INSERT INTO events VALUES (6, 4.0, 'x', '{}', 'y')", "event 6 (x)"),
        ("UPDATE events SET id = id + 1 WHERE id = 5", "after event 4 comes 6"),
        ("DELETE FROM meta WHERE key = 'events_head'", "should be none"),
        ("UPDATE meta SET value = '{\"id\": 4}' WHERE key = 'events_head'", "should be 4"),
        ("UPDATE meta SET value = '\"abc\"' WHERE key = 'digest'", "event 1 (planned)"),
    ],
)
def test_what_an_editor_does_to_the_chain_shows(path, statement, told):
    edited(path, statement)

    assert told in broken(path)


def test_two_events_that_change_places_show(path):
    edited(
        path,
        "UPDATE events SET id = 99 WHERE id = 2",
        "UPDATE events SET id = 2 WHERE id = 3",
        "UPDATE events SET id = 3 WHERE id = 99",
    )

    assert "event 2 (running)" in broken(path)
