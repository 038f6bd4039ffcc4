"""Writing to a run file while it runs: intents, outcomes, counters and events."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from bulkreset.errors import Stopped
from bulkreset.ledger.states import RunState, StepState


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step as it is from now on. `called_at`, of its last try, and `finished_at` are in epoch seconds."""

    row: int
    ordinal: int
    action: str
    state: StepState
    attempts: int
    called_at: float | None = None
    finished_at: float | None = None
    request_id: str = ""
    error_code: str = ""
    error_message: str = ""


class Journal:
    """The writing side of a run file. Each method is one transaction, durable when it returns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def record(self, changes: Sequence[StepChange], counts: Mapping[tuple[str, str], float]) -> None:
        """Commit changes of steps, in order, and add `counts` (by kind and name) to the counters.

        Raises Stopped when the file cannot be written, and then nothing of it was.
        """
        with _transaction(self._connection):
            self._connection.executemany(
                "INSERT INTO steps VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (row, ordinal) DO UPDATE SET state = excluded.state,"
                " attempts = excluded.attempts, called_at = excluded.called_at,"
                " finished_at = excluded.finished_at, request_id = excluded.request_id,"
                " error_code = excluded.error_code, error_message = excluded.error_message",
                [
                    (
                        change.row,
                        change.ordinal,
                        change.action,
                        change.state.value,
                        change.attempts,
                        change.called_at,
                        change.called_at,
                        change.finished_at,
                        change.request_id,
                        change.error_code,
                        change.error_message,
                    )
                    for change in changes
                ],
            )
            self._connection.executemany(
                "INSERT INTO counters VALUES (?, ?, ?)"
                " ON CONFLICT (kind, name) DO UPDATE SET value = value + excluded.value",
                [(kind, name, value) for (kind, name), value in counts.items()],
            )

    def event(self, at: float, kind: str, detail: Mapping[str, object]) -> None:
        with _transaction(self._connection):
            self._add_event(at, kind, detail)

    def enter(self, state: RunState, at: float, detail: Mapping[str, object]) -> None:
        """Note that the run is now in `state`, and why."""
        with _transaction(self._connection):
            self._connection.execute(
                "INSERT INTO meta VALUES ('state', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (json.dumps(state.value),),
            )
            self._add_event(at, state.value, detail)

    def _add_event(self, at: float, kind: str, detail: Mapping[str, object]) -> None:
        self._connection.execute(
            "INSERT INTO events (at, kind, detail) VALUES (?, ?, ?)",
            (at, kind, json.dumps(detail, ensure_ascii=False)),
        )


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        _roll_back(connection)
        raise Stopped(
            f"the run file cannot be written ({error}); nothing was called that it does not hold. "
            "Make room for it, then `bulkreset resume`"
        ) from error
    except BaseException:
        _roll_back(connection)
        raise


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
