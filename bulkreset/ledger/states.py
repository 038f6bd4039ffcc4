"""The states of a step, and every legal change between them.

A step has no state until its row is first dispatched. The table below stands in each run file too,
where a trigger refuses every change that is not in it.
"""

from __future__ import annotations

from enum import StrEnum


class StepState(StrEnum):
    IN_FLIGHT = "in-flight"
    PENDING = "pending"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"
    DRIFTED = "drifted"


FIRST_STATES = frozenset(
    {
        StepState.IN_FLIGHT,  # the intent, committed before the call
        StepState.DRIFTED,  # the user is not as planned: never called
        StepState.FAILED,  # what the call needs is gone with an earlier runner: never called
    }
)

TRANSITIONS = frozenset(
    {
        (StepState.IN_FLIGHT, StepState.DONE),  # Cognito said so
        (StepState.IN_FLIGHT, StepState.FAILED),  # Cognito refused it for this user
        (StepState.IN_FLIGHT, StepState.PENDING),  # a definite refusal without effect, to be tried again
        (StepState.IN_FLIGHT, StepState.UNKNOWN),  # the answer was lost, or the runner was
        (StepState.PENDING, StepState.IN_FLIGHT),  # the next try
        (StepState.PENDING, StepState.UNKNOWN),  # an earlier try was lost, and the user changed since
        (StepState.PENDING, StepState.FAILED),  # what the next try needs is gone with an earlier runner
        (StepState.PENDING, StepState.DRIFTED),  # the user changed since the plan
        (StepState.UNKNOWN, StepState.DONE),  # read back: the effect is there
        (StepState.UNKNOWN, StepState.PENDING),  # read back: no effect
        (StepState.UNKNOWN, StepState.UNKNOWN),  # read back: the state does not tell
        (StepState.UNKNOWN, StepState.FAILED),  # read back: the user is gone
        (StepState.UNKNOWN, StepState.IN_FLIGHT),  # an action that is safe to repeat is repeated
    }
)


class Outcome(StrEnum):
    """What became of a manifest row. Each row has exactly one."""

    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DRIFTED = "drifted"
    SKIPPED = "skipped"
    BLOCKED = "blocked"
    INVALID = "invalid"
    NOT_ATTEMPTED = "not-attempted"


class RunState(StrEnum):
    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
