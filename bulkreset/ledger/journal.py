"""Writing to a run file while it runs: intents, outcomes, counters and events."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import groupby

from bulkreset.ledger.chain import add_event
from bulkreset.ledger.faults import FAULTS, while_writing
from bulkreset.ledger.handout import PURGED, destroy
from bulkreset.ledger.standing import FINAL, count_settled
from bulkreset.ledger.states import FIRST_STATES, RunState, StepState

CHANGED = (
    "state = ?4, attempts = ?5, called_at = ?6, finished_at = ?7, request_id = ?8, error_code = ?9,"
    " error_message = ?10"
)
BEGIN = (
    "INSERT INTO steps VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7, ?8, ?9, ?10)"  # noqa: S608 - our own names
    f" ON CONFLICT (row, ordinal) DO UPDATE SET {CHANGED}"
)
CHANGE = f"UPDATE steps SET {CHANGED} WHERE row = ?1 AND ordinal = ?2 AND action = ?3"  # noqa: S608 - our own names

HAND_OUT = (
    "INSERT INTO handout SELECT ?1, ?2, 1 + coalesce(max(number), 0), ?3 FROM handout"
    " WHERE row = ?1 AND ordinal = ?2"
)


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


@dataclass(frozen=True, slots=True)
class SealedPassword:
    """A password that a step is about to set, sealed, or where it is stored; of it nothing else is kept."""

    row: int
    ordinal: int
    sealed: bytes


class Journal:
    """The writing side of a run file. Each method is one transaction, durable when it returns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def record(
        self,
        changes: Sequence[StepChange],
        counts: Mapping[tuple[str, str], float],
        sealed: Sequence[SealedPassword] = (),
    ) -> None:
        """Commit changes of steps, in order, and add `counts` (by kind and name) to the counters.

        `sealed` are the passwords that these steps are about to set.

        Raises Stopped when the file cannot be written, Refused when it is damaged; then nothing of it was.
        """
        with _transaction(self._connection):
            for begins, alike in groupby(changes, key=lambda change: change.state in FIRST_STATES):
                self._change(list(alike), begins=begins)
            self._connection.executemany(
                HAND_OUT, [(password.row, password.ordinal, password.sealed) for password in sealed]
            )
            count_settled(
                self._connection,
                [(change.row, change.ordinal, change.state) for change in changes if change.state in FINAL],
            )
            self._connection.executemany(
                "INSERT INTO counters VALUES (?, ?, ?)"
                " ON CONFLICT (kind, name) DO UPDATE SET value = value + excluded.value",
                [(kind, name, value) for (kind, name), value in counts.items()],
            )

    def _change(self, changes: Sequence[StepChange], *, begins: bool) -> None:
        # A change that begins nothing is an UPDATE: it saves what SQLite asks of each row that it inserts.
        values = [
            (
                change.row,
                change.ordinal,
                change.action,
                change.state.value,
                change.attempts,
                change.called_at,
                change.finished_at,
                change.request_id,
                change.error_code,
                change.error_message,
            )
            for change in changes
        ]
        changed = self._connection.executemany(BEGIN if begins else CHANGE, values).rowcount
        if changed != len(changes):
            raise sqlite3.IntegrityError("a step cannot begin in this state, or is another one")

    def event(
        self, at: float, kind: str, detail: Mapping[str, object], meta: Mapping[str, object] | None = None
    ) -> None:
        """Note that something happened, and what of the run is different since, at one stroke."""
        self.events(at, [(kind, detail)], meta)

    def events(
        self,
        at: float,
        happened: Iterable[tuple[str, Mapping[str, object]]],
        meta: Mapping[str, object] | None = None,
    ) -> None:
        """Note several things by kind and detail, and what is different since, all at one stroke."""
        with _transaction(self._connection):
            self._keep(meta or {})
            for kind, detail in happened:
                add_event(self._connection, at, kind, detail)

    def enter(
        self,
        state: RunState,
        at: float,
        detail: Mapping[str, object],
        meta: Mapping[str, object] | None = None,
    ) -> None:
        """Note that the run is now in `state`, and why."""
        self.event(at, state.value, detail, {**(meta or {}), "state": state.value})

    def keep(self, meta: Mapping[str, object]) -> None:
        """Keep values, as JSON by key, that may change while a run goes on: `schema.MUTABLE_META`."""
        with _transaction(self._connection):
            self._keep(meta)

    def purge_handout(self, at: float, secrets: int = 0) -> int:
        """Destroy the sealed passwords for good, and note it; how many there were.

        `secrets` is how many were deleted elsewhere.
        """
        self._connection.execute("PRAGMA secure_delete = ON")
        with _transaction(self._connection):
            self._keep({PURGED: at})
            purged = destroy(self._connection)
            add_event(self._connection, at, "handout-purged", {"passwords": purged, "secrets": secrets})
        return purged

    def _keep(self, meta: Mapping[str, object]) -> None:
        self._connection.executemany(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [(key, json.dumps(value, ensure_ascii=False)) for key, value in meta.items()],
        )


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    with while_writing():
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                with suppress(*FAULTS):
                    connection.execute("ROLLBACK")
            raise
