"""How far a run is, in numbers, and what is known of it as a whole. Quick on runs of millions of rows."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from bulkreset.ledger.chain import Event, break_in_chain
from bulkreset.ledger.faults import while_reading
from bulkreset.ledger.handout import HandedOut, handed_out, has_handout
from bulkreset.ledger.outcomes import DECISION_OF_OUTCOME
from bulkreset.ledger.records import ErrorCount
from bulkreset.ledger.seal import seal_of
from bulkreset.ledger.standing import NOT_DONE, Standing, counted
from bulkreset.ledger.states import Outcome, StepState

MAY_HAVE_BEEN_SENT = (StepState.IN_FLIGHT, StepState.DONE, StepState.UNKNOWN)


class Progress:
    """The numbers of a run file, its events, and its meta values by key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def meta(self, key: str) -> Any:  # noqa: ANN401 - whatever JSON was kept under the key
        found = next(self._entries("SELECT value FROM meta WHERE key = ?", (key,)), None)
        with while_reading():
            return json.loads(found[0]) if found else None

    def decisions(self) -> dict[str, int]:
        found: Counter[str] = Counter()
        for outcome, rows in self.outcomes().items():
            found[DECISION_OF_OUTCOME.get(outcome, "do")] += rows
        return dict(found)

    def outcomes(self) -> dict[Outcome, int]:
        """How many rows have each outcome as things stand."""
        return _summed(self._standing())

    def wave_progress(self) -> dict[int, dict[Outcome, int]]:
        """How many rows of each wave have each outcome as things stand."""
        return {wave: outcomes for wave, outcomes in self._standing().items() if wave}

    def wave_sizes(self) -> dict[int, int]:
        """How many rows each wave has."""
        return dict(map(tuple, self._entries("SELECT wave, rows FROM waves ORDER BY wave")))

    def messages_called(self, since: float, message_actions: Collection[str]) -> dict[str, int]:
        """How many steps of these actions were sent, or may have been, since a moment in epoch seconds.

        By the medium that the plan foresees for the row.
        """
        actions = ", ".join("?" * len(message_actions))
        states = ", ".join(f"'{state}'" for state in MAY_HAVE_BEEN_SENT)
        found = self._entries(
            "SELECT plan.medium, count(*) FROM steps JOIN plan USING (row)"  # noqa: S608 - our own names
            f" WHERE steps.called_at >= ? AND steps.action IN ({actions}) AND steps.state IN ({states})"
            " GROUP BY plan.medium",
            (since, *message_actions),
        )
        return dict(map(tuple, found))

    def errors(self) -> list[ErrorCount]:
        """The steps that failed, drifted or are unknown, by error code, the latest first."""
        found = self._entries(
            "SELECT error_code, count(*) AS steps, max(finished_at) AS at"  # noqa: S608 - our own names
            f" FROM steps INDEXED BY steps_not_done WHERE {NOT_DONE} AND error_code <> ''"
            " GROUP BY error_code ORDER BY at DESC, error_code"
        )
        return [ErrorCount(code, steps, at) for code, steps, at in found]

    def counters(self, kind: str) -> dict[str, float]:
        found = self._entries("SELECT name, value FROM counters WHERE kind = ?", (kind,))
        return dict(map(tuple, found))

    def events(self, after_id: int = 0) -> Iterator[Event]:
        """What happened to the run after the event of that id, in order."""
        for entry in self._entries("SELECT * FROM events WHERE id > ? ORDER BY id", (after_id,)):
            with while_reading():
                event = Event(
                    entry["id"], entry["at"], entry["kind"], json.loads(entry["detail"]), entry["hash"]
                )
            yield event

    def last_event_at(self) -> float | None:
        """When something last happened to the run, in epoch seconds; None where nothing has."""
        found = next(self._entries("SELECT at FROM events ORDER BY id DESC LIMIT 1"), None)
        return found[0] if found else None

    def seal(self) -> str:
        """The seal of what planning wrote, made anew from what stands in the file now."""
        with while_reading():
            return seal_of(self._connection)

    def break_in_chain(self) -> str:
        """Where the chain of events is broken, and how; "" where it is whole."""
        with while_reading():
            return break_in_chain(self._connection)

    def has_handout(self) -> bool:
        """Whether the run keeps any password, in force or not."""
        return has_handout(self._connection)

    def handed_out(self) -> Iterator[HandedOut]:
        """The sealed passwords that may be in force, in the order of rows; of one row the latest first."""
        with while_reading():
            yield from handed_out(self._connection)

    def first_called_at(self) -> float | None:
        """When the first step was called, in epoch seconds; None where none has been."""
        found: float | None = next(self._entries("SELECT min(started_at) FROM steps"))[0]
        return found

    def _standing(self) -> Standing:
        with while_reading():
            return counted(self._connection)

    def _entries(self, query: str, values: tuple[object, ...] = ()) -> Iterator[sqlite3.Row]:
        """What a query finds. Raises Stopped or Refused where the file cannot be read."""
        with while_reading():
            # No `yield from`: it would close the cursor of a reading that is given up, without a connection.
            for entry in self._connection.execute(query, values):  # noqa: UP028
                yield entry


def _summed(standing: Standing) -> dict[Outcome, int]:
    found: Counter[Outcome] = Counter()
    for outcomes in standing.values():
        found.update(outcomes)
    return dict(found)
