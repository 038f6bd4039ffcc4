"""What becomes of a manifest row: told of one row in Python, and of all rows in SQL.

It follows from the row's decision and its furthest step. A test holds the two together.
"""

from __future__ import annotations

from collections.abc import Sequence

from bulkreset.ledger.states import Outcome, StepState

OUTCOME_OF_DECISION = {"skip": Outcome.SKIPPED, "block": Outcome.BLOCKED, "invalid": Outcome.INVALID}

DECISION_OF_OUTCOME = {outcome: decision for decision, outcome in OUTCOME_OF_DECISION.items()}

OUTCOME_OF_STATE = {
    StepState.FAILED: Outcome.FAILED,
    StepState.DRIFTED: Outcome.DRIFTED,
    StepState.UNKNOWN: Outcome.UNKNOWN,
    StepState.IN_FLIGHT: Outcome.UNKNOWN,
}


def outcome_of(decision: str, steps: int, states: Sequence[StepState]) -> Outcome:
    """The outcome of one row with so many `steps`, of which those that were begun are in these states."""
    if decision in OUTCOME_OF_DECISION:
        return OUTCOME_OF_DECISION[decision]
    if not states:
        return Outcome.NOT_ATTEMPTED
    if states[-1] is StepState.DONE and len(states) == steps:
        return Outcome.DONE
    return OUTCOME_OF_STATE.get(states[-1], Outcome.NOT_ATTEMPTED)


LAST_ORDINAL = "length(plan.steps) - length(replace(plan.steps, ' ', ''))"
"""The ordinal of a plan row's last step. Steps are separated by single spaces."""

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
        WHEN last.state = '{StepState.DONE}' AND last.ordinal = {LAST_ORDINAL} THEN '{Outcome.DONE}'
        WHEN last.state = '{StepState.FAILED}' THEN '{Outcome.FAILED}'
        WHEN last.state = '{StepState.DRIFTED}' THEN '{Outcome.DRIFTED}'
        WHEN last.state IN ('{StepState.UNKNOWN}', '{StepState.IN_FLIGHT}') THEN '{Outcome.UNKNOWN}'
        ELSE '{Outcome.NOT_ATTEMPTED}'
    END
END
"""
"""The outcome of a `plan` row joined with its `last` step."""
