"""What a decision about a step writes into the run file."""

from __future__ import annotations

from bulkreset.execution import moves
from bulkreset.execution.drift import DRIFTED
from bulkreset.execution.item import Item
from bulkreset.execution.notebook import Notebook
from bulkreset.ledger.journal import StepChange
from bulkreset.ledger.states import Outcome, StepState


def record(notebook: Notebook, item: Item, move: moves.Move, now: float) -> None:
    """Note what a move makes of the step at hand. `now` is in epoch seconds."""
    match move:
        case moves.Done(request_id):
            done = item.changed(StepState.DONE, finished_at=now, request_id=request_id)
            notebook.write(done)
            if item.is_at_last_step:
                notebook.settle(Outcome.DONE, done, item.work.identifier)
        case moves.Fail(code, message, request_id):
            failed = item.changed(
                StepState.FAILED, finished_at=now, request_id=request_id, code=code, message=message
            )
            _settle(notebook, item, Outcome.FAILED, failed)
        case moves.TryAgain(_, code) | moves.Postpone(code):
            notebook.write(item.changed(_not_done(item), code=code))
        case moves.Halt():
            notebook.write(item.changed(_not_done(item)))
        case moves.Repeat(_, code, message) | moves.ReadBack(_, code, message):
            notebook.write(item.changed(StepState.UNKNOWN, code=code, message=message))
        case moves.GiveUp(code, message):
            unknown = item.changed(StepState.UNKNOWN, finished_at=now, code=code, message=message)
            _settle(notebook, item, Outcome.UNKNOWN, unknown)


def _not_done(item: Item) -> StepState:
    """The state of a step whose last call had no effect: an earlier one that was lost may have had."""
    is_in_doubt = item.action.repeat_safe and item.may_have_been_sent
    return StepState.UNKNOWN if is_in_doubt else StepState.PENDING


def record_drift(notebook: Notebook, item: Item, difference: str, now: float) -> None:
    """Note that a user is not as planned. A step that may have been sent stays unknown."""
    if item.may_have_been_sent:
        record(notebook, item, moves.GiveUp(DRIFTED, f"not sent again: {difference}"), now)
        return
    drifted = item.changed(StepState.DRIFTED, finished_at=now, code=DRIFTED, message=difference)
    _settle(notebook, item, Outcome.DRIFTED, drifted)


def _settle(notebook: Notebook, item: Item, outcome: Outcome, change: StepChange) -> None:
    notebook.write(change)
    notebook.settle(outcome, change, item.work.identifier)
