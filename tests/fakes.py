"""A pool in memory that answers as Cognito does, or as a test says; and a run carried out against it."""

from __future__ import annotations

import random
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from factories import new_run, plan_row

from bulkreset.account import MessageLimit
from bulkreset.actions.base import NOTHING, Action, Enclosed
from bulkreset.clock import VirtualClock
from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.control.channel import Channel
from bulkreset.errors import BulkresetError, Stopped
from bulkreset.execution.engine import VirtualEngine
from bulkreset.execution.executor import Executor
from bulkreset.execution.gates.orders import Reshared
from bulkreset.execution.notebook import Notebook
from bulkreset.execution.passwords import NO_PASSWORDS
from bulkreset.flow.steer import Circumstances, steering
from bulkreset.flow.taking_up import taking_up
from bulkreset.ledger.connection import open_for_writing, open_read_only
from bulkreset.ledger.handout import HandedOut
from bulkreset.ledger.journal import Journal, SealedPassword, StepChange
from bulkreset.ledger.read import ReportRow, RunReader
from bulkreset.ledger.states import Outcome, RunState
from bulkreset.rates.limiter import Grant, Limiters
from bulkreset.rates.quotas import DOCUMENTED_RATES, EMAIL_SENDS
from bulkreset.rates.spending import Spending
from bulkreset.settings.job import Job
from bulkreset.users import UserState, UserStatus

GRACE_SECONDS = 10.0
RATES = {**DOCUMENTED_RATES, EMAIL_SENDS: 14.0}
LATENCY_SECONDS = 0.06


@dataclass(frozen=True, slots=True)
class Reply:
    """How one call is answered. `effect_after` is when the call takes effect, in seconds from its
    answer; None is never.
    """

    answer: Answer
    effect_after: float | None = None


def refused(meaning: Meaning, code: str, message: str = "no") -> Reply:
    return Reply(Answer(meaning, code, message, "r-refused"))


THROTTLED = refused(Meaning.THROTTLED, "TooManyRequestsException", "Rate exceeded")
USER_LIMIT = refused(Meaning.USER_LIMIT, "LimitExceededException", "Attempt limit exceeded")
MAIL_LIMIT = refused(Meaning.MESSAGE_LIMIT, "LimitExceededException", "Exceeded daily email limit")
USER_GONE = refused(Meaning.ROW_REFUSED, "UserNotFoundException", "User does not exist.")
NOT_ALLOWED = refused(Meaning.RUN_REFUSED, "AccessDeniedException", "not authorized to perform")
NOT_SENT = Reply(Answer(Meaning.NOT_SENT, "EndpointConnectionError", "could not connect"))

TIMED_OUT = Answer(Meaning.NO_ANSWER, "ReadTimeoutError", "no answer in 10 s")
LOST_BEFORE = Reply(TIMED_OUT)
LOST_AFTER = Reply(TIMED_OUT, effect_after=0.0)
FAILED = Answer(Meaning.SERVER_ERROR, "InternalErrorException", "something went wrong", "r-500")
FAILED_BEFORE = Reply(FAILED)
FAILED_AFTER = Reply(FAILED, effect_after=0.0)


def arriving(seconds: float) -> Reply:
    """A call that was given up on and takes effect later."""
    return Reply(TIMED_OUT, effect_after=seconds)


@dataclass(frozen=True, slots=True)
class Call:
    at: float
    action: str
    username: str


STATUS_AFTER = {
    "set-temporary-password": UserStatus.FORCE_CHANGE_PASSWORD,
    "set-permanent-password": UserStatus.CONFIRMED,
    "scramble-password": UserStatus.CONFIRMED,
}


class FakePool:
    """Users with state, an outbox, and answers by script. Time is a virtual clock's.

    `script` holds replies by (action, username), taken in turn; `always` is asked where the script is
    silent. `ahead_seconds` is how far the pool's clock is ahead, and `skew_error_seconds` how far off it
    is told to be: the `Date` header of an answer tells it to the second only.
    """

    def __init__(self, clock: VirtualClock, users: Iterable[UserState]) -> None:
        self.users = {user.username: user for user in users}
        self.outbox: list[str] = []
        self.signed_out: list[str] = []
        self.passwords: dict[str, str] = {}
        self.mails: list[str] = []
        self.invited_by: list[tuple[str, str]] = []
        self.log: list[Call] = []
        self.looks: list[str] = []
        self.read_backs: list[tuple[float, str]] = []
        self.calls: Counter[str] = Counter()
        self.ahead_seconds = 0.0
        self.skew_error_seconds = 0.0
        self.script: dict[tuple[str, str], deque[Reply]] = defaultdict(deque)
        self.always: Callable[[Action, str], Reply | None] = lambda _action, _username: None
        self.look_error: BulkresetError | None = None
        self.read_back_error: BulkresetError | None = None
        self._clock = clock
        self._under_way: list[tuple[float, str, str, str]] = []

    def aws_time(self, monotonic: float) -> float:
        ahead = self.ahead_seconds + self.skew_error_seconds
        return self._clock.now() + (monotonic - self._clock.monotonic()) + ahead

    def will(self, action: str, username: str, *replies: Reply) -> None:
        """Answer the next calls of this action for this user like this."""
        self.script[action, username].extend(replies)

    def change(self, username: str, **changes: object) -> None:
        """Somebody else changes the user."""
        self._apply_arrived()
        self.users[username] = replace(self.users[username], **{"modified_at": self._aws_now(), **changes})

    def sent(self, action: str) -> list[str]:
        """The users that this action was called for, in order."""
        return [call.username for call in self.log if call.action == action]

    def call(self, action: Action, username: str, enclosed: Enclosed = NOTHING) -> Answer:
        self._apply_arrived()
        self.calls[action.operation] += 1
        self.log.append(Call(self._clock.monotonic(), action.name, username))
        replies = self.script[action.name, username]
        reply = replies.popleft() if replies else self.always(action, username)
        if reply is None:
            if username not in self.users:
                return USER_GONE.answer
            reply = Reply(Answer(Meaning.DONE, request_id=f"r-{len(self.log)}"), effect_after=0.0)
        if reply.effect_after is not None:
            what = enclosed.password.reveal() if enclosed.password else enclosed.medium
            if action.carries_password:
                what = f"{enclosed.address}: {what}"
            arrives = self._clock.monotonic() + reply.effect_after
            self._under_way.append((arrives, action.name, username, what))
            self._apply_arrived()
        return reply.answer

    def look(self, username: str) -> UserState | None:
        return self.look_at_all(frozenset({username})).get(username)

    def look_at_all(self, usernames: frozenset[str]) -> dict[str, UserState]:
        if self.look_error:
            raise self.look_error
        self._apply_arrived()
        self.calls["ListUsers"] += 1
        self.looks += sorted(usernames)
        return {name: self.users[name] for name in usernames if name in self.users}

    def read_back(self, username: str) -> UserState | None:
        if self.read_back_error:
            raise self.read_back_error
        self._apply_arrived()
        self.calls["AdminGetUser"] += 1
        self.read_backs.append((self._clock.monotonic(), username))
        return self.users.get(username)

    def _aws_now(self) -> float:
        return self._clock.now() + self.ahead_seconds

    def _apply_arrived(self) -> None:
        arrived = [entry for entry in self._under_way if entry[0] <= self._clock.monotonic()]
        self._under_way = [entry for entry in self._under_way if entry[0] > self._clock.monotonic()]
        for at, action, username, what in sorted(arrived):
            self._take_effect(action, username, what, at - self._clock.monotonic())

    def _take_effect(self, action: str, username: str, what: str, since: float) -> None:
        user = self.users.get(username)
        if user is None:
            return
        changed: dict[str, object] = {"modified_at": self._aws_now() + since}
        if action in {"sign-out", "send-password"}:
            changed = {}
        match action:
            case "reset-password":
                self.outbox.append(username)
                changed["status"] = UserStatus.RESET_REQUIRED
            case "verify-email" | "verify-phone":
                flag = "email_verified" if action == "verify-email" else "phone_number_verified"
                changed[flag] = True
            case "set-temporary-password" | "set-permanent-password" | "scramble-password":
                self.passwords[username] = what
                changed["status"] = STATUS_AFTER[action]
            case "send-password":
                self.outbox.append(username)
                self.mails.append(what)
            case "resend-invitation":
                self.outbox.append(username)
                self.invited_by.append((username, what))
            case "enable-user":
                changed["enabled"] = True
            case "sign-out":
                self.signed_out.append(username)
        self.users[username] = replace(user, **changed)


class Crash(BaseException):
    """The runner is killed."""


class FragileLog:
    """A journal at whose n-th record, counted from 1, the runner is killed, before or after the commit."""

    def __init__(self, journal: Journal, crash_at: int | None, *, after_commit: bool) -> None:
        self.records = 0
        self._journal = journal
        self._crash_at = crash_at
        self._after_commit = after_commit

    def record(
        self,
        changes: Sequence[StepChange],
        counts: Mapping[tuple[str, str], float],
        sealed: Sequence[SealedPassword] = (),
    ) -> None:
        self.records += 1
        if self.records == self._crash_at and not self._after_commit:
            raise Crash
        self._journal.record(changes, counts, sealed)
        if self.records == self._crash_at:
            raise Crash

    def event(
        self, at: float, kind: str, detail: Mapping[str, object], meta: Mapping[str, object] | None = None
    ) -> None:
        self._journal.event(at, kind, detail, meta)

    def enter(
        self,
        state: RunState,
        at: float,
        detail: Mapping[str, object],
        meta: Mapping[str, object] | None = None,
    ) -> None:
        self._journal.enter(state, at, detail, meta)

    def keep(self, meta: Mapping[str, object]) -> None:
        self._journal.keep(meta)


class Rehearsal:
    """A run file, a pool and virtual time, to carry the one out against the other, as often as wanted."""

    def __init__(
        self,
        path: Path,
        users: Sequence[UserState],
        steps: str = "reset-password sign-out",
        *,
        capacity: int = 32,
        share: float = 1.0,
        pool_users: int = 60,
        latency_seconds: float = LATENCY_SECONDS,
        rows: Sequence[Mapping[str, object]] = (),
        job: Job | None = None,
        limits: Sequence[MessageLimit] = (),
        waits: bool = False,
    ) -> None:
        rows = rows or [plan_row(number, user, steps=steps) for number, user in enumerate(users, start=1)]
        self.path = new_run(path, rows)
        self.clock = VirtualClock()
        self.pool = FakePool(self.clock, users)
        self.observed: list[Counter[Outcome]] = []
        self.limiters = self._new_limiters(share)
        self.job = job or a_job(max_failed=TOLERANT)
        self.limits = tuple(limits)
        self.waits = waits
        self.spending = Spending(None)
        self.passwords = NO_PASSWORDS
        self._capacity = capacity
        self._share = share
        self._pool_users = pool_users
        self._latency_seconds = latency_seconds

    def run(
        self,
        *,
        stop: Callable[[], bool] = lambda: False,
        crash_at: int | None = None,
        after_commit: bool = False,
        calls_still_arrive: bool = True,
        by_itself: bool = False,
    ) -> bool:
        """Start a runner and let it end, or be killed. Returns whether nothing is left to do.

        Of the calls that were handed to the engine when the runner is killed, all arrive, or none.
        """
        self.limiters = self._new_limiters(self._share)
        engine = VirtualEngine(self._capacity, self.clock, self._latency_seconds)
        with self._opened() as (reader, journal):
            taking = taking_up(reader, self.path, Channel(self.path).size(), by_itself=by_itself)
            journal.events(self.clock.now(), taking.happened(self.clock.now(), {}), taking.kept)
            self.journal = FragileLog(journal, crash_at, after_commit=after_commit)
            notebook = Notebook(self.journal, self.pool, self.limiters, self.clock)
            try:
                Executor(
                    backlog=reader,
                    notebook=notebook,
                    pool=self.pool,
                    scan_users=self._pool_users,
                    engine=engine,
                    clock=self.clock,
                    grace_seconds=GRACE_SECONDS,
                    steering=steering(reader, self.journal, self._circumstances(stop, notebook)),
                    observe=self._observe,
                    passwords=self.passwords,
                    rng=random.Random(4711),  # noqa: S311 - jitter
                ).run()
            except Crash:
                while calls_still_arrive and engine.busy:
                    engine.collect(self.clock.monotonic() + 60.0)
                raise
            except Stopped as ended:
                if "by a signal" in str(ended):
                    return False
                raise
        return True

    def _circumstances(self, stop: Callable[[], bool], notebook: Notebook) -> Circumstances:
        return Circumstances(
            path=self.path,
            job=self.job,
            clock=self.clock,
            now=lambda: self.pool.aws_time(self.clock.monotonic()),
            waits=self.waits,
            stop_requested=stop,
            settled=notebook.settled,
            reshare=self._reshare,
            limits=self.limits,
            spending=self.spending,
        )

    def _reshare(self, shares: Mapping[str, float]) -> Reshared:
        for limiter in self.limiters.all():
            name = limiter.grant.category
            self.limiters.regrant(name, RATES[name] * shares.get(name, shares.get("", self._share)))
        return Reshared(
            shares, {each.grant.category: each.grant.rate_per_second for each in self.limiters.all()}
        )

    @property
    def report(self) -> list[ReportRow]:
        with self._reading() as reader:
            return list(reader.report_rows())

    @property
    def outcomes(self) -> dict[str, str]:
        """The outcome of each user's row."""
        return {row.username: row.outcome.value for row in self.report}

    @property
    def handed_out(self) -> list[HandedOut]:
        with self._reading() as reader:
            return list(reader.handed_out())

    def row(self, username: str) -> ReportRow:
        (found,) = (row for row in self.report if row.username == username)
        return found

    def events(self) -> list[tuple[str, dict[str, object]]]:
        with self._reading() as reader:
            return [(event.kind, event.detail) for event in reader.events()]

    def counters(self, kind: str) -> dict[str, float]:
        with self._reading() as reader:
            return reader.counters(kind)

    def _new_limiters(self, share: float) -> Limiters:
        return Limiters(lambda name: Grant(name, RATES[name] * share, RATES[name]), self.clock)

    def _observe(self, notebook: Notebook) -> None:
        self.observed.append(notebook.settled.copy())

    @contextmanager
    def _reading(self) -> Iterator[RunReader]:
        with closing(open_read_only(self.path)) as connection:
            yield RunReader(connection)

    @contextmanager
    def _opened(self) -> Iterator[tuple[RunReader, Journal]]:
        with open_for_writing(self.path) as connection:
            connection.execute("PRAGMA synchronous = OFF")  # no power cut in here
            yield RunReader(connection), Journal(connection)


TOLERANT = {"fraction": 1.0, "minimum": 50, "strict": False}
"""So many failures as there may be."""


def a_job(**settings: object) -> Job:
    """A job with these settings."""
    written = {"environment": "environment.yaml", "goal": "force-reset", "manifest": "users.csv"}
    return Job.model_validate(written | settings)
