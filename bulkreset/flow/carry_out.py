"""apply and resume: a confirmed plan → execute, under the lock of its run file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bulkreset.account import Medium, MessageLimit
from bulkreset.clock import Clock
from bulkreset.cognito.account.identity import caller_of
from bulkreset.cognito.calls import PoolCalls
from bulkreset.errors import BulkresetError, Refused
from bulkreset.execution.engine import ThreadEngine
from bulkreset.execution.executor import Executor
from bulkreset.execution.gates.live_traffic import LiveTrafficGate
from bulkreset.execution.gates.orders import Reshared
from bulkreset.execution.notebook import Notebook
from bulkreset.flow.access import Access, open_access
from bulkreset.flow.account import (
    books,
    calls_by_category,
    counted_traffic,
    learn_message_limits,
    learn_quotas,
    spent_today,
)
from bulkreset.flow.identity import identity_json, refuse_another_caller, refuse_another_pool
from bulkreset.flow.kept import limits_json
from bulkreset.flow.process import this_process
from bulkreset.flow.source import quotas_json
from bulkreset.flow.steer import Circumstances, steering
from bulkreset.flow.taking_up import refuse_edited, take_up
from bulkreset.flow.terms import NO_CONCESSIONS, Terms
from bulkreset.ledger.connection import lock_run, open_for_writing
from bulkreset.ledger.journal import Journal
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState
from bulkreset.planning.message_budget import budget_problems
from bulkreset.planning.summary import Estimate, estimate
from bulkreset.pool import PoolFacts
from bulkreset.reporting.status import Status, run_status
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job

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


def apply_run(
    path: Path, confirm: Confirm, watch: Watch, clock: Clock, terms: Terms = NO_CONCESSIONS
) -> Status:
    """Carry out a plan that `confirm` agrees to; returns the status afterwards.

    Raises Refused, before any call, when the plan is not confirmed or was edited, RunBusy when
    another process holds the run, and whatever ends it before its last row.
    """

    def agreed(digest: str, _reader: RunReader, journal: Journal) -> None:
        if not confirm(digest):
            raise Refused(
                f"the plan in {path} is not confirmed; read it with `bulkreset show {path}`, which ends with "
                f"its digest, then `bulkreset apply {path} --confirm DIGEST`"
            )
        journal.event(clock.now(), "confirmed", {"digest": digest, **this_process()})

    return _carry_out(path, agreed, watch, clock, terms)


def resume_run(path: Path, watch: Watch, clock: Clock, terms: Terms = NO_CONCESSIONS) -> Status:
    """Go on with a run that was confirmed and stopped; what is unknown is read back first."""

    def was_agreed(digest: str, reader: RunReader, _journal: Journal) -> None:
        confirmed = {event.detail["digest"] for event in reader.events() if event.kind == "confirmed"}
        if digest not in confirmed:
            raise Refused(
                f"this plan was never confirmed; read it with `bulkreset show {path}`, "
                f"then `bulkreset apply {path} --confirm DIGEST`"
            )

    return _carry_out(path, was_agreed, watch, clock, terms)


def _carry_out(
    path: Path,
    agree: Callable[[str, RunReader, Journal], None],
    watch: Watch,
    clock: Clock,
    terms: Terms,
) -> Status:
    with lock_run(path), open_for_writing(path) as connection:
        reader, journal = RunReader(connection), Journal(connection)
        refuse_edited(reader, path)
        agree(reader.meta("digest"), reader, journal)
        if reader.meta("state") != RunState.FINISHED or reader.unsettled():
            environment = Environment.model_validate(reader.meta("environment"))
            job = Job.model_validate(reader.meta("job"))
            _Runner(path, reader, journal, watch, clock, terms, environment, job).run()
        return run_status(reader, path)


@dataclass(frozen=True, slots=True)
class _Runner:
    """One process that carries a run out, from taking it up until it ends."""

    path: Path
    reader: RunReader
    journal: Journal
    watch: Watch
    clock: Clock
    terms: Terms
    environment: Environment
    job: Job

    def run(self) -> None:
        shares = take_up(self.reader, self.journal, self.path, self.clock, by_itself=self.terms.by_itself)
        access = open_access(self.environment, self.clock)
        try:
            access.rates.reshare(shares)
            executor = self._prepared(access)
            self.journal.enter(RunState.RUNNING, self.clock.now(), this_process())
            self.watch.started(run_status(self.reader, self.path))
            executor.run()
        except BulkresetError as error:
            self.journal.enter(RunState.STOPPED, self.clock.now(), {"reason": str(error)})
            raise
        finally:
            access.close()
        self.journal.enter(RunState.FINISHED, self.clock.now(), {})

    def _prepared(self, access: Access) -> Executor:
        """Everything that is checked, learnt and set up before the first call that changes anything."""
        pool = access.directory.pool()
        self._check_identity(access, pool)
        cost = estimate(self.reader.groups(), access.rates.rate_per_second)
        learn_quotas(access, self.environment, [time.category for time in cost.categories])
        limits = learn_message_limits(access, self.environment, pool, list(cost.messages_by_medium))
        mails_per_second = [limit.per_second for limit in limits if limit.per_second]
        if mails_per_second:
            access.rates.pace_mails(min(mails_per_second))
        self.journal.keep({"quotas": quotas_json(access.rates, cost), "message_limits": limits_json(limits)})
        folder = access.share_with_others(self.environment, pool)
        spending = books(folder)
        if self.reader.meta("state") == RunState.PLANNED:
            self._refuse_over_budget(cost, limits, spent_today(limits, spending, access.now()))
        if folder is None:
            told = "no state directory can be written: quotas and messages are not shared with other runs"
            self.journal.event(self.clock.now(), "not-shared", {"why": told})
        calls = PoolCalls(
            access.client,
            access.directory,
            pool.pool_id,
            pool.estimated_users,
            self.job.client_metadata,
        )
        notebook = Notebook(self.journal, calls, access.limiters, self.clock)
        circumstances = Circumstances(
            path=self.path,
            job=self.job,
            clock=self.clock,
            now=access.now,
            waits=self.terms.waits,
            stop_requested=self.watch.stop_requested,
            settled=notebook.settled,
            reshare=lambda shares: _reshare(access, shares),
            limits=limits,
            spending=spending,
            more_gates=(_live_traffic(access, self.journal, self.clock),)
            if self.job.live_traffic == "cloudwatch"
            else (),
        )
        return Executor(
            backlog=self.reader,
            notebook=notebook,
            pool=calls,
            scan_users=pool.estimated_users if cost.looks_are_slowest else None,
            engine=ThreadEngine(self.environment.concurrency, self.clock),
            clock=self.clock,
            grace_seconds=self.environment.read_back_after_seconds,
            steering=steering(self.reader, self.journal, circumstances),
            observe=self.watch.observe,
        )

    def _refuse_over_budget(
        self, cost: Estimate, limits: tuple[MessageLimit, ...], spent: Mapping[Medium, int]
    ) -> None:
        problems = budget_problems(cost.messages_by_medium, limits, spent, self.job.messages)
        if problems:
            raise Refused("\n".join(problems))

    def _check_identity(self, access: Access, pool: PoolFacts) -> None:
        refuse_another_pool(self.reader, pool)
        identity = identity_json(pool, caller_of(access.client.services))
        planned = self.reader.meta("account")
        refuse_another_caller(planned, identity, other_caller=self.terms.other_caller)
        self.journal.event(self.clock.now(), "identity", identity, {"identity": identity})


def _reshare(access: Access, shares: Mapping[str, float]) -> Reshared:
    in_force = access.rates.reshare(shares)
    return Reshared(in_force, access.regrant())


def _live_traffic(access: Access, journal: Journal, clock: Clock) -> LiveTrafficGate:
    def limit(ceilings: Mapping[str, float]) -> Mapping[str, float]:
        access.rates.limit(ceilings)
        return access.regrant()

    return LiveTrafficGate(
        count=lambda: counted_traffic(access),
        own_calls=lambda: calls_by_category(access.client.calls),
        quotas=access.quotas_in_use,
        limit=limit,
        log=journal,
        clock=clock,
        now=access.now,
    )
