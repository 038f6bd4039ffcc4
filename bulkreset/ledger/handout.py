"""The sealed passwords of a run: which of them may be a user's password now, and their end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from bulkreset.ledger.states import StepState

PURGED = "handout_purged"
"""The meta key of when the hand-out was purged, in epoch seconds."""

STORING = "passwords-stored"
"""The kind of event before passwords are stored elsewhere, with the names of their `secrets`."""

IN_FORCE = f"""
SELECT plan.row, plan.username, plan.identifier, handout.sealed, steps.state FROM handout
JOIN steps USING (row, ordinal) JOIN plan ON plan.row = handout.row
WHERE steps.state IN ('{StepState.IN_FLIGHT}', '{StepState.UNKNOWN}') OR steps.state = '{StepState.DONE}'
AND (handout.row, ordinal, number) IN (SELECT row, ordinal, max(number) FROM handout GROUP BY row, ordinal)
ORDER BY plan.row, handout.number DESC
"""  # noqa: S608 - our own names
"""Of a step that is done, its last password. Of one whose answer is lost, all that it may have set."""


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A sealed password, or a reference to where it is stored.

    `is_certain`: the user has it now, as far as this run has done anything about it.
    """

    row: int
    username: str
    identifier: str
    sealed: bytes
    is_certain: bool


def handed_out(connection: sqlite3.Connection) -> Iterator[HandedOut]:
    """The passwords that may be in force, in the order of rows; of one row the latest first."""
    for row, username, identifier, sealed, state in connection.execute(IN_FORCE):
        yield HandedOut(row, username, identifier, sealed, is_certain=state == StepState.DONE)


def has_handout(connection: sqlite3.Connection) -> bool:
    """Whether there is any password, in force or not."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM handout)").fetchone()[0])


def destroy(connection: sqlite3.Connection) -> int:
    """Delete every sealed password, in the transaction at hand; how many there were.

    What was freed is overwritten, so `PRAGMA secure_delete` has to be on.
    """
    return connection.execute("DELETE FROM handout").rowcount
