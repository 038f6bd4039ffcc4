"""How many rows stand where, known without looking at every row: rows are counted as they come to their end.

Each is counted once, when it is done, failed or drifted, which is for good. Rows whose call is out, or was
lost, are found through an index, as are those that failed; what remains has not been attempted.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence

from bulkreset.ledger.outcomes import LAST_ORDINAL, LAST_STEP, OUTCOME_OF_DECISION, ROW_OUTCOME
from bulkreset.ledger.states import Outcome, StepState

Standing = dict[int, dict[Outcome, int]]
"""How many rows have each outcome, by wave. Wave 0 are the rows that are not to be done."""

OPEN = f"state IN ('{StepState.IN_FLIGHT}', '{StepState.UNKNOWN}')"
"""A step that was sent, or may have been, and whose answer is not known."""

NOT_DONE = f"state IN ('{StepState.FAILED}', '{StepState.DRIFTED}', '{StepState.UNKNOWN}')"
"""A step that came to another end than it was to, or of which nobody knows."""

FINAL = frozenset({StepState.DONE, StepState.FAILED, StepState.DRIFTED})

TABLES = f"""
CREATE TABLE waves (wave INTEGER PRIMARY KEY, rows INTEGER NOT NULL, last_turn INTEGER NOT NULL);

CREATE TABLE settled (
    wave INTEGER NOT NULL, outcome TEXT NOT NULL, rows INTEGER NOT NULL, PRIMARY KEY (wave, outcome)
) WITHOUT ROWID;

CREATE INDEX steps_open ON steps (row) WHERE {OPEN};

-- Holds all that counting by code asks for: the steps themselves are not looked at.
CREATE INDEX steps_not_done ON steps (error_code, finished_at, state) WHERE {NOT_DONE};
"""

COUNTED = f"""
SELECT wave, outcome, rows FROM settled
UNION ALL
SELECT plan.wave, '{Outcome.UNKNOWN}', count(*) FROM steps INDEXED BY steps_open CROSS JOIN plan USING (row)
WHERE steps.{OPEN} GROUP BY plan.wave
UNION ALL
SELECT wave, '{Outcome.NOT_ATTEMPTED}', rows FROM waves
"""  # noqa: S608 - our own names
"""One statement, so that it sees one moment. What has not been attempted still includes all others."""

RECOUNTED = f"""
SELECT plan.wave, {ROW_OUTCOME} AS outcome, count(*)
FROM plan LEFT JOIN ({LAST_STEP}) AS last ON last.row = plan.row GROUP BY plan.wave, outcome
"""  # noqa: S608 - our own names


def begin_counting(connection: sqlite3.Connection) -> None:
    """Count the plan, once it is written."""
    connection.execute(
        "INSERT INTO waves SELECT wave, count(*), max(turn) FROM plan WHERE decision = 'do' GROUP BY wave"
    )
    connection.executemany(
        "INSERT INTO settled SELECT wave, ?, 0 FROM waves", [(outcome.value,) for outcome in FINAL]
    )
    connection.executemany(
        "INSERT INTO settled SELECT 0, ?, count(*) FROM plan WHERE decision = ?",
        [(outcome.value, decision) for decision, outcome in OUTCOME_OF_DECISION.items()],
    )


def count_settled(connection: sqlite3.Connection, settled: Sequence[tuple[int, int, StepState]]) -> None:
    """Count steps, by row and ordinal, that have just got into one of the final states.

    Many at once: a trigger, which runs for each, would cost as much as the change of the step itself.
    """
    alike: defaultdict[tuple[StepState, int], list[int]] = defaultdict(list)
    for row, ordinal, state in settled:
        alike[state, ordinal].append(row)
    for (state, ordinal), rows in alike.items():
        waves = connection.execute(
            "SELECT wave FROM json_each(?1) JOIN plan ON plan.row = json_each.value"  # noqa: S608 - our own names
            f" WHERE ?2 <> '{StepState.DONE}' OR ?3 = {LAST_ORDINAL}",
            (json.dumps(rows), state.value, ordinal),
        )
        connection.executemany(
            "UPDATE settled SET rows = rows + ? WHERE wave = ? AND outcome = ?",
            [(count, wave, state.value) for (wave,), count in Counter(map(tuple, waves)).items()],
        )


def counted(connection: sqlite3.Connection) -> Standing:
    """How the rows stand, from what was counted as they went."""
    standing = _standing(connection, COUNTED)
    for wave, outcomes in standing.items():
        if wave:
            others = sum(rows for outcome, rows in outcomes.items() if outcome is not Outcome.NOT_ATTEMPTED)
            outcomes[Outcome.NOT_ATTEMPTED] -= others
    return _without_zeros(standing)


def recounted(connection: sqlite3.Connection) -> Standing:
    """How the rows stand, by looking at every one of them."""
    return _without_zeros(_standing(connection, RECOUNTED))


def _standing(connection: sqlite3.Connection, query: str) -> Standing:
    standing: Standing = defaultdict(lambda: defaultdict(int))
    for wave, outcome, rows in connection.execute(query):
        standing[wave][Outcome(outcome)] += rows
    return standing


def _without_zeros(standing: Standing) -> Standing:
    found = {
        wave: {outcome: rows for outcome, rows in outcomes.items() if rows}
        for wave, outcomes in standing.items()
    }
    return {wave: outcomes for wave, outcomes in found.items() if outcomes}
