"""The chain of events: each carries a hash over itself and the one before, the first over the plan's digest.

So no event can be changed, dropped or slipped in without every later hash being made anew. The end of
the chain is kept in the meta table too, so that a chain that lost its tail shows it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bulkreset.ledger.faults import while_reading

HEAD = "events_head"
"""The meta key of the chain's end."""

TABLES = """
CREATE TABLE events (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL, detail TEXT NOT NULL, hash TEXT NOT NULL
);

CREATE TRIGGER events_are_added_in_order BEFORE INSERT ON events
WHEN NEW.id <> 1 + (SELECT coalesce(max(id), 0) FROM events)
BEGIN SELECT RAISE(ABORT, 'an event comes after the last one'); END;
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
CREATE TRIGGER events_are_never_forgotten BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'an event is never forgotten'); END;
"""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the run. `at` is in epoch seconds."""

    id: int
    at: float
    kind: str
    detail: dict[str, Any]
    hash: str


def event_hash(previous: str, number: int, at: float, kind: str, detail: str) -> str:
    """The hash of an event, in hexadecimal. `detail` is the very text that is kept."""
    linked = json.dumps([previous, number, float(at), kind, detail], separators=(",", ":"))
    return hashlib.sha256(linked.encode("ascii")).hexdigest()


def add_event(connection: sqlite3.Connection, at: float, kind: str, detail: Mapping[str, object]) -> None:
    """Put an event at the end of the chain, within the transaction at hand."""
    with while_reading():
        head = _meta(connection, HEAD) or {"id": 0, "hash": _meta(connection, "digest")}
        number, previous = head["id"] + 1, head["hash"]
    text = json.dumps(detail, ensure_ascii=False)
    link = event_hash(previous, number, at, kind, text)
    connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?)", (number, at, kind, text, link))
    connection.execute(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (HEAD, json.dumps({"id": number, "hash": link})),
    )


def break_in_chain(connection: sqlite3.Connection) -> str:
    """Where the chain is broken, and how; "" where it is whole."""
    last, link = 0, _meta(connection, "digest")
    for number, at, kind, detail, kept in connection.execute(
        "SELECT id, at, kind, detail, hash FROM events ORDER BY id"
    ):
        if number != last + 1:
            return f"after event {last} comes {number}"
        if kept != event_hash(link, number, at, kind, detail):
            return f"event {number} ({kind}) is not as it was written, or does not follow the one before"
        last, link = number, kept
    head = _meta(connection, HEAD)
    if not last or head != {"id": last, "hash": link}:
        told = head["id"] if isinstance(head, dict) else "none"
        return f"the last event is {last}, and it should be {told}"
    return ""


def _meta(connection: sqlite3.Connection, key: str) -> Any:  # noqa: ANN401 - whatever JSON was kept
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return json.loads(found[0]) if found else None
