"""Carry out what was planned for one user, as any batch is carried out.

So the look before the call, the read-back of lost answers and the journal are those of a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.carry_out import Watch, apply_run
from bulkreset.flow.report import reading
from bulkreset.flow.terms import Terms
from bulkreset.flow.user.job import JobOfOne
from bulkreset.flow.user.plan import Carried
from bulkreset.ledger.states import Outcome, RunState
from bulkreset.reporting.base import cells
from bulkreset.reporting.status import Status, exit_code, run_status
from bulkreset.secrets.secret import Secret
from bulkreset.shell import quoted


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of it. `left` is the run file that somebody should look at, None where none is left."""

    outcome: Outcome
    error_code: str
    error_message: str
    status: Status
    exit_code: int
    left: Path | None


def carried_out(carried: Carried, watch: Watch, clock: Clock, password: Secret | None = None) -> Ended:
    """Carry out what was planned, and nothing else. `password` is the one to set, where one is set.

    Raises Stopped and Refused as a batch does; a run that is not through then says how it is taken up.
    """
    files = carried.files
    terms = Terms(of_one_user=True)
    given = {} if password is None else {carried.row: password}
    try:
        apply_run(files.run, lambda digest: digest == carried.digest, watch, clock, terms, given=given)
    except Stopped as error:
        raise Stopped(_with_next_step(error, files, password)) from error
    except Refused as error:
        raise Refused(_with_next_step(error, files, password)) from error
    return _ended(files)


def _with_next_step(error: Exception, files: JobOfOne, password: Secret | None) -> str:
    """What ended a run, and what comes next; its files stay if it was begun and is not through."""
    with reading(files.run) as reader:
        files.is_kept = reader.first_called_at() is not None and reader.meta("state") != RunState.FINISHED
    if not files.is_kept:
        return str(error)
    if password is not None:
        # It is kept nowhere, so nobody can go on with it.
        return f"{error}\nnext: the same command with a new password; {files.run} tells what was called"
    return f"{error}\nnext: bulkreset resume {quoted(files.run)}"


def _ended(files: JobOfOne) -> Ended:
    """How a run ended that is through; its files stay if nobody knows what became of the user."""
    with reading(files.run) as reader:
        (row,) = reader.report_rows()
        status = run_status(reader, files.run)
    files.is_kept = row.outcome is Outcome.UNKNOWN
    told = cells(row)
    return Ended(
        outcome=row.outcome,
        error_code=str(told["error_code"]),
        error_message=str(told["error_message"]),
        status=status,
        exit_code=exit_code(status),
        left=files.run if files.is_kept else None,
    )
