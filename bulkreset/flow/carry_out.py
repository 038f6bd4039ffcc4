"""apply and resume: a confirmed plan → execute, under the lock of its run file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.cognito.calls import PoolCalls
from bulkreset.errors import BulkresetError, Refused
from bulkreset.execution.engine import ThreadEngine
from bulkreset.execution.executor import Executor
from bulkreset.execution.notebook import Notebook
from bulkreset.flow.access import open_access
from bulkreset.flow.process import this_process
from bulkreset.ledger.connection import lock_run, open_for_writing
from bulkreset.ledger.journal import Journal
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState
from bulkreset.planning.digest import plan_digest, plan_header
from bulkreset.planning.summary import estimate
from bulkreset.reporting.status import Status, run_status
from bulkreset.settings.environment import Environment

Confirm = Callable[[str], bool]
"""Is asked with the plan's digest whether it is to be carried out."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How a run is followed and stopped from outside.

    `started` is told the status before the first call. `observe` is called ten times a second or so.
    """

    started: Callable[[Status], None]
    observe: Callable[[Notebook], None]
    stop_requested: Callable[[], bool]


def apply_run(path: Path, confirm: Confirm, watch: Watch, clock: Clock) -> Status:
    """Carry out a plan that `confirm` agrees to; returns the status afterwards.

    Raises Refused, before any call, when the plan is not confirmed or was edited, RunBusy when
    another process holds the run, and whatever halts it.
    """

    def agreed(digest: str, _reader: RunReader, journal: Journal) -> None:
        if not confirm(digest):
            raise Refused(
                f"the plan in {path} is not confirmed; read it with `bulkreset show {path}`, which ends with "
                f"its digest, then `bulkreset apply {path} --confirm DIGEST`"
            )
        journal.event(clock.now(), "confirmed", {"digest": digest, **this_process()})

    return _carry_out(path, agreed, watch, clock)


def resume_run(path: Path, watch: Watch, clock: Clock) -> Status:
    """Go on with a run that was confirmed and stopped; what is unknown is read back first."""

    def was_agreed(digest: str, reader: RunReader, _journal: Journal) -> None:
        confirmed = {event.detail["digest"] for event in reader.events() if event.kind == "confirmed"}
        if digest not in confirmed:
            raise Refused(
                f"this plan was never confirmed; read it with `bulkreset show {path}`, "
                f"then `bulkreset apply {path} --confirm DIGEST`"
            )

    return _carry_out(path, was_agreed, watch, clock)


def _carry_out(
    path: Path, agree: Callable[[str, RunReader, Journal], None], watch: Watch, clock: Clock
) -> Status:
    with lock_run(path), open_for_writing(path) as connection:
        reader, journal = RunReader(connection), Journal(connection)
        _refuse_edited(reader, path)
        agree(reader.meta("digest"), reader, journal)
        if reader.meta("state") != RunState.FINISHED or reader.unsettled():
            _execute(path, reader, journal, watch, clock)
        return run_status(reader, path)


def _refuse_edited(reader: RunReader, path: Path) -> None:
    """The digest is made anew from the rows that would run: a file edited by hand is refused."""
    header = plan_header(reader.meta("environment"), reader.meta("job"))
    if plan_digest(header, reader.digested_rows()) != reader.meta("digest"):
        raise Refused(f"{path} is not as it was planned: its rows do not match its digest; plan again")


def _execute(path: Path, reader: RunReader, journal: Journal, watch: Watch, clock: Clock) -> None:
    environment = Environment.model_validate(reader.meta("environment"))
    pool = reader.meta("pool")
    access = open_access(environment, clock)
    calls = PoolCalls(
        access.client,
        access.directory,
        environment.pool_id,
        pool["estimated_users"],
        reader.meta("job")["client_metadata"],
    )
    looks_are_slowest = estimate(reader.groups(), environment.grant).looks_are_slowest
    journal.enter(RunState.RUNNING, clock.now(), this_process())
    watch.started(run_status(reader, path))
    try:
        finished = Executor(
            backlog=reader,
            log=journal,
            pool=calls,
            scan_users=pool["estimated_users"] if looks_are_slowest else None,
            limiters=access.limiters,
            engine=ThreadEngine(environment.concurrency, clock),
            clock=clock,
            grace_seconds=environment.read_back_after_seconds,
            stop_requested=watch.stop_requested,
            observe=watch.observe,
        ).run()
    except BulkresetError as error:
        journal.enter(RunState.STOPPED, clock.now(), {"reason": str(error)})
        raise
    finally:
        access.directory.close()
    if finished:
        journal.enter(RunState.FINISHED, clock.now(), {})
    else:
        journal.enter(RunState.STOPPED, clock.now(), {"reason": "a signal asked for it"})
