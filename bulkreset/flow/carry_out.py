"""apply and resume: a confirmed plan → execute, under the lock of its run file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType

from bulkreset.account import MessageLimit
from bulkreset.clock import Clock
from bulkreset.cognito.account.identity import caller_of
from bulkreset.cognito.calls import PoolCalls
from bulkreset.cognito.mailer import Mailer
from bulkreset.control.channel import Channel
from bulkreset.errors import BulkresetError, Refused
from bulkreset.execution.engine import ThreadEngine
from bulkreset.execution.executor import Executor
from bulkreset.execution.gates.orders import Reshared
from bulkreset.execution.notebook import Notebook
from bulkreset.flow.access import Access, open_access
from bulkreset.flow.account import books, learn_message_limits, learn_quotas, spent_today
from bulkreset.flow.approval import Approvals, approvals_of
from bulkreset.flow.budget import refuse_over_budget
from bulkreset.flow.handout import refuse_purged
from bulkreset.flow.identity import identity_json, refuse_another_caller, refuse_another_pool
from bulkreset.flow.kept import limits_json, quotas_json
from bulkreset.flow.letterhead import letterhead_of, sending_pool
from bulkreset.flow.live_traffic import live_traffic_gate
from bulkreset.flow.looking_on import looking_on
from bulkreset.flow.onlookers import Failing
from bulkreset.flow.passwords import passwords_of
from bulkreset.flow.preflight import Known, preflight
from bulkreset.flow.process import this_process
from bulkreset.flow.protection import members_of
from bulkreset.flow.rehearsal.requirement import refuse_unrehearsed
from bulkreset.flow.safeguards import Safeguards, refuse_too_old, safeguards_in_force
from bulkreset.flow.secret_store import SecretStore
from bulkreset.flow.steer import Circumstances, steering
from bulkreset.flow.taking_up import refuse_edited, taking_up
from bulkreset.flow.terms import NO_CONCESSIONS, Terms
from bulkreset.ledger.connection import lock_run, open_for_writing
from bulkreset.ledger.journal import Journal
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import Outcome, RunState
from bulkreset.planning.protection import protected_people
from bulkreset.planning.summary import Estimate, estimate
from bulkreset.pool import PasswordPolicy, PoolFacts
from bulkreset.preflight.findings import findings_json, refuse_problems
from bulkreset.rates.spending import Spending
from bulkreset.reporting.status import Status, run_status
from bulkreset.secrets.secret import Secret
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job
from bulkreset.shell import quoted

NOT_GIVEN: Mapping[int, Secret] = MappingProxyType({})

NOT_SHARED = "no state directory can be written: quotas and messages are not shared with other runs"

Confirm = Callable[[str], bool]
"""Is asked with the plan's digest whether it is to be carried out."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How a run is followed and stopped from outside.

    `started` is told the status before the first call. `observe` is called ten times a second or so. `warn`
    is told, once, of whoever could not be told how the run goes.
    """

    started: Callable[[Status], None]
    observe: Callable[[Notebook], None]
    stop_requested: Callable[[], bool]
    warn: Callable[[Failing], None] = lambda _failing: None


def apply_run(
    path: Path,
    confirm: Confirm,
    watch: Watch,
    clock: Clock,
    terms: Terms = NO_CONCESSIONS,
    *,
    given: Mapping[int, Secret] = NOT_GIVEN,
) -> Status:
    """Carry out a plan that `confirm` agrees to; returns the status afterwards.

    `given` are passwords that somebody chose, by row.

    Raises Refused, before any call, when the plan is not confirmed or was edited, RunBusy when
    another process holds the run, and whatever ends it before its last row.
    """

    def agreed(digest: str, _reader: RunReader, journal: Journal) -> None:
        if not confirm(digest):
            raise Refused(
                f"the plan in {path} is not confirmed; read it with `bulkreset show {quoted(path)}`, which "
                f"ends with its digest, then `bulkreset apply {quoted(path)} --confirm DIGEST`"
            )
        journal.event(clock.now(), "confirmed", {"digest": digest, **this_process()})

    return _carry_out(path, agreed, watch, clock, terms, given=given)


def resume_run(path: Path, watch: Watch, clock: Clock, terms: Terms = NO_CONCESSIONS) -> Status:
    """Go on with a run that was confirmed and stopped; what is unknown is read back first."""

    def was_agreed(digest: str, reader: RunReader, _journal: Journal) -> None:
        confirmed = {event.detail["digest"] for event in reader.events() if event.kind == "confirmed"}
        if digest not in confirmed:
            raise Refused(
                f"this plan was never confirmed; read it with `bulkreset show {quoted(path)}`, "
                f"then `bulkreset apply {quoted(path)} --confirm DIGEST`"
            )

    return _carry_out(path, was_agreed, watch, clock, terms)


def _carry_out(
    path: Path,
    agree: Callable[[str, RunReader, Journal], None],
    watch: Watch,
    clock: Clock,
    terms: Terms,
    *,
    given: Mapping[int, Secret] = NOT_GIVEN,
) -> Status:
    with lock_run(path), open_for_writing(path) as connection:
        # Orders from here on are for this runner: checks and questions to people can take their time.
        given_until = Channel(path).size()
        reader, journal = RunReader(connection), Journal(connection)
        refuse_edited(reader, path)
        is_open = reader.meta("state") != RunState.FINISHED or bool(reader.unsettled())
        asked = safeguards_in_force(reader, path, terms.environment)
        approvals = approvals_of(reader, path, asked)
        if is_open:
            refuse_purged(reader, path)
            approvals.refuse_unapproved(reader, clock.now())
            refuse_too_old(reader, path, asked, clock.now())
        agree(reader.meta("digest"), reader, journal)
        if is_open:
            given = given or _given_by_manifest(reader)
            environment = Environment.model_validate(reader.meta("environment"))
            job = Job.model_validate(reader.meta("job"))
            _Runner(
                path,
                reader,
                journal,
                watch,
                clock,
                terms,
                environment,
                job,
                approvals,
                asked,
                given_until,
                given,
            ).run()
        return run_status(reader, path)


def _given_by_manifest(reader: RunReader) -> Mapping[int, Secret]:
    if reader.meta("given_passwords") is None:
        return NOT_GIVEN
    # pandas, which few runs need once they are planned
    from bulkreset.flow.given_passwords import given_of  # noqa: PLC0415

    return given_of(reader)


@dataclass(frozen=True, slots=True)
class Checked:
    """The account as it was found when a runner began."""

    pool: PoolFacts
    identity: Mapping[str, str]
    cost: Estimate
    limits: tuple[MessageLimit, ...]
    spending: Spending
    is_shared: bool
    protected: frozenset[str]
    password_policy: PasswordPolicy
    rehearsed: Mapping[str, object]

    def rates(self, access: Access) -> dict[str, float]:
        """What the runner is granted at its begin, by category."""
        return {time.category: access.rates.rate_per_second(time.category) for time in self.cost.categories}

    def as_meta(self, access: Access) -> dict[str, object]:
        """As it is kept in the run file."""
        return {
            "identity": dict(self.identity),
            "quotas": quotas_json(access.rates, self.cost),
            "message_limits": limits_json(self.limits),
        }


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
    approvals: Approvals
    asked: Safeguards
    given_until: int
    given: Mapping[int, Secret]

    def run(self) -> None:
        taking = taking_up(self.reader, self.path, self.given_until, by_itself=self.terms.by_itself)
        access = open_access(self.environment, self.clock)
        with self._looking_on(access) as look:
            try:
                access.rates.reshare(taking.shares)
                checked = self._checked(access)
                now, more = self.clock.now(), {**this_process(), **checked.identity, **checked.rehearsed}
                more["rates_per_second"] = checked.rates(access)
                kept = {**taking.kept, **checked.as_meta(access)}
                self.journal.events(now, taking.happened(now, more), kept)
                executor = self._executor(access, checked, look)
                self.journal.enter(RunState.RUNNING, self.clock.now(), this_process())
                self.watch.started(run_status(self.reader, self.path))
                executor.run()
            except BulkresetError as error:
                detail = {"reason": str(error), "error": type(error).__name__}
                self.journal.enter(RunState.STOPPED, self.clock.now(), detail)
                raise
            finally:
                access.close()
            self.journal.enter(RunState.FINISHED, self.clock.now(), {})

    def _looking_on(self, access: Access) -> AbstractContextManager[Callable[[], None]]:
        if self.terms.of_one_user:
            return nullcontext(lambda: None)
        return looking_on(
            self.reader,
            self.journal,
            self.path,
            environment=self.environment,
            job=self.job,
            aws=access.client.services,
            clock=self.clock,
            warn=self.watch.warn,
        )

    def _checked(self, access: Access) -> Checked:
        """What must be as planned, and what is asked of the account, before anything is changed."""
        pool, settings = access.directory.pool_and_settings()
        refuse_another_pool(self.reader, pool)
        caller = caller_of(access.client.services)
        identity = identity_json(pool, caller)
        refuse_another_caller(self.reader.meta("account"), identity, other_caller=self.terms.other_caller)
        self.approvals.refuse_forged(access.client.services, access.now())
        cost = estimate(self.reader.groups(), access.rates.rate_per_second)
        learn_quotas(access, self.environment, [time.category for time in cost.categories])
        mailing = sending_pool(pool, self.job)
        limits = learn_message_limits(access, self.environment, mailing, list(cost.messages_by_medium))
        folder = access.share_with_others(self.environment, pool)
        rehearsed = {}
        if self.reader.first_called_at() is None and not self.terms.of_one_user:
            walked = refuse_unrehearsed(
                self.asked.rehearsal, folder, pool.pool_id, cost.actions, access.now()
            )
            rehearsed = {"rehearsed": [asdict(one) for one in walked]}
        spending = books(folder)
        spent = spent_today(limits, spending, access.now())
        known = Known(pool, settings, caller, limits, spent, [time.category for time in cost.categories])
        findings = preflight(access, known, self.job, cost)
        self.journal.keep({"findings": findings_json(findings)})
        refuse_problems(findings)
        if self.reader.outcomes().get(Outcome.NOT_ATTEMPTED, 0) == cost.users:
            refuse_over_budget(cost, limits, spent, self.job)
        protected = members_of(access.directory, protected_people(self.environment, self.job))
        shared = folder is not None
        return Checked(
            pool,
            identity,
            cost,
            limits,
            spending,
            is_shared=shared,
            protected=protected,
            password_policy=settings.password_policy,
            rehearsed=rehearsed,
        )

    def _executor(self, access: Access, checked: Checked, look: Callable[[], None]) -> Executor:
        def observe(notebook: Notebook) -> None:
            self.watch.observe(notebook)
            look()

        calls = PoolCalls(
            access.client,
            access.directory,
            checked.pool.pool_id,
            checked.pool.estimated_users,
            client_metadata=self.job.client_metadata,
            mailer=Mailer(access.client, letterhead_of(self.job.deliver)) if self.job.deliver else None,
        )
        notebook = Notebook(self.journal, calls, access.limiters, self.clock)
        if not checked.is_shared:
            notebook.note_trouble(NOT_SHARED)
        yields = self.job.live_traffic == "cloudwatch"
        circumstances = Circumstances(
            path=self.path,
            job=self.job,
            clock=self.clock,
            now=access.now,
            waits=self.terms.waits,
            stop_requested=self.watch.stop_requested,
            settled=notebook.settled,
            reshare=lambda shares: _reshare(access, shares),
            limits=checked.limits,
            spending=checked.spending,
            more_gates=(live_traffic_gate(access, self.journal),) if yields else (),
        )
        return Executor(
            backlog=self.reader,
            notebook=notebook,
            pool=calls,
            scan_users=checked.pool.estimated_users if checked.cost.looks_are_slowest else None,
            engine=ThreadEngine(self.environment.concurrency, self.clock),
            clock=self.clock,
            grace_seconds=self.environment.read_back_after_seconds,
            steering=steering(self.reader, self.journal, circumstances),
            observe=observe,
            protected=checked.protected,
            passwords=passwords_of(
                self.job,
                checked.cost.actions,
                checked.password_policy,
                self.given,
                lambda place: SecretStore.of_run(place, self.reader, access.client.services, self.clock),
            ),
        )


def _reshare(access: Access, shares: Mapping[str, float]) -> Reshared:
    in_force = access.rates.reshare(shares)
    return Reshared(in_force, access.regrant())
