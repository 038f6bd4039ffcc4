"""The executor: takes the rows of a run through their steps, and writes down every step of the way.

One thread, this one, decides and writes; the engine's threads only call. Each turn it looks at what
came back, hands out the slots of the near future, commits the intents together with what is known
by then, and only then lets the calls go.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from bulkreset.actions.base import Evidence
from bulkreset.clock import Clock
from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.errors import BulkresetError, Stopped
from bulkreset.execution import moves
from bulkreset.execution.drift import DRIFTED
from bulkreset.execution.engine import Engine, Result
from bulkreset.execution.feed import Feed, Looked
from bulkreset.execution.item import Item
from bulkreset.execution.notebook import Notebook
from bulkreset.execution.ports import Backlog, ChangeLog, Pool
from bulkreset.execution.waiting import Waiting
from bulkreset.ledger.journal import StepChange
from bulkreset.ledger.read import WorkRow
from bulkreset.ledger.states import Outcome, StepState
from bulkreset.rates.limiter import Limiter, Limiters
from bulkreset.users import UserState

HORIZON_SECONDS = 0.2
"""How far ahead slots are handed out: long enough to hide a commit, short enough that a killed
runner leaves few intents whose calls never went out."""

TURN_SECONDS = 0.1
"""The longest pause between two looks at the clock, the stop request and the notebook."""

NO_ANSWERS_IN_A_ROW = 20
NO_ANSWER_SECONDS = 30.0
"""Calls that reach nobody for so long and so often in a row stop the run."""


class Task(Enum):
    CALL = "call"
    READ_BACK = "read back"


@dataclass(frozen=True, slots=True)
class Sent:
    """The key of a result: what was asked of the engine, for which row."""

    task: Task
    item: Item


class Executor:
    """Carries out what a run has left to do. `run` returns when nothing is left or it was stopped.

    A stop waits for the calls that are out and for nothing else: looks and read-backs change nothing.
    """

    def __init__(
        self,
        *,
        backlog: Backlog,
        log: ChangeLog,
        pool: Pool,
        pool_users: int,
        limiters: Limiters,
        engine: Engine,
        clock: Clock,
        grace_seconds: float,
        stop_requested: Callable[[], bool],
        observe: Callable[[Notebook], None],
        rng: random.Random | None = None,
    ) -> None:
        self._pool = pool
        self._limiters = limiters
        self._engine = engine
        self._clock = clock
        self._grace_seconds = grace_seconds
        self._stop_requested = stop_requested
        self._observe = observe
        self._rng = rng or random.Random()  # noqa: S311 - jitter
        self._notebook = Notebook(log, pool, limiters, clock)
        self._ready: dict[str, deque[Item]] = {}
        self._waiting = Waiting()
        self._halted: BulkresetError | None = None
        self._calls_out = 0
        self._no_answers = 0
        self._last_answer_at = clock.monotonic()
        unsettled = backlog.unsettled()
        held = frozenset(work.row for work in unsettled)
        self._feed = Feed(backlog, pool, pool_users, held, self._drifted)
        self._take_up(unsettled)

    def run(self) -> bool:
        """Go on until nothing is left. Returns whether that was reached, or a stop was asked for.

        Raises the error that halted the run, once everything in flight was written down.
        """
        while True:
            stopping = self._halted is not None or self._stop_requested()
            if not stopping:
                lined_up = sum(map(len, self._ready.values()))
                self._feed.refill(self._engine, self._clock.monotonic(), lined_up)
                self._gather()
                self._launch()
            if not self._calls_out and (stopping or (not self._engine.busy and self._is_over())):
                break
            for result in self._engine.collect(self._wake_at(stopping)):
                self._take(result)
            self._notebook.commit_if_due()
            self._observe(self._notebook)
        self._notebook.commit()
        self._observe(self._notebook)
        if self._halted:
            raise self._halted
        return self._is_over()

    def _take_up(self, unsettled: list[WorkRow]) -> None:
        """Steps that an earlier runner left open: read back, or simply repeated where that is safe."""
        now = self._clock.now()
        for work in unsettled:
            item = Item.resumed(work)
            if work.last and work.last.state is StepState.IN_FLIGHT:
                self._notebook.write(item.changed(StepState.UNKNOWN, code="interrupted"))
            if item.action.repeat_safe:
                self._wait(item, 0.0)
            else:
                item.must_read_back = True
                since = now - (item.called_at or now)
                self._wait(item, min(max(self._grace_seconds - since, 0.0), self._grace_seconds))
        self._notebook.commit()

    def _is_over(self) -> bool:
        return self._feed.is_over and not self._waiting and not any(self._ready.values())

    def _gather(self) -> None:
        """Bring rows whose wait is over, and rows fresh from the feed, before their limiter."""
        for item in self._waiting.due(self._clock.monotonic()):
            if item.must_read_back:
                self._read_back(item)
            else:
                self._line_up(item)
        while self._feed.ready:
            self._line_up(self._feed.ready.popleft())

    def _line_up(self, item: Item) -> None:
        self._ready.setdefault(item.action.category, deque()).append(item)

    def _launch(self) -> None:
        """Hand out the slots of the near future: first the intents are committed, then the calls go."""
        launches: list[tuple[Item, float]] = []
        horizon = self._clock.monotonic() + HORIZON_SECONDS
        while self._engine.busy + len(launches) < self._engine.capacity:
            limiter = self._next_limiter()
            if limiter is None or limiter.next_slot() > horizon:
                break
            launches.append((self._ready[limiter.grant.category].popleft(), limiter.reserve()))
        if not launches:
            return
        ahead = self._clock.now() - self._clock.monotonic()
        for item, slot in launches:
            item.tries += 1
            item.called_at = slot + ahead
            self._notebook.write(item.changed(StepState.IN_FLIGHT))
            self._notebook.mark_active(item.action.category)
        self._notebook.commit()
        self._calls_out += len(launches)
        for item, slot in launches:
            self._engine.submit(Sent(Task.CALL, item), self._call_of(item), slot)

    def _next_limiter(self) -> Limiter | None:
        """Of the categories that rows wait for, the one whose slot comes first."""
        limiters = [self._limiters.of(category) for category, items in self._ready.items() if items]
        return min(limiters, key=Limiter.next_slot, default=None)

    def _call_of(self, item: Item) -> Callable[[], Answer]:
        action, username = item.action, item.work.username
        return lambda: self._pool.call(action, username)

    def _read_back(self, item: Item) -> None:
        username = item.work.username
        self._engine.submit(
            Sent(Task.READ_BACK, item), lambda: self._pool.read_back(username), self._clock.monotonic()
        )

    def _wake_at(self, stopping: bool) -> float:
        """When the next turn is due at the latest: a slot to hand out, a wait that is over, a commit."""
        now = self._clock.monotonic()
        moments = [now + TURN_SECONDS]
        if not stopping:
            moments += self._waiting.next_due()
            limiter = self._next_limiter()
            if limiter is not None and self._engine.busy < self._engine.capacity:
                moments.append(limiter.next_slot() - HORIZON_SECONDS / 2)
        return max(now, min(moments))

    def _take(self, result: Result) -> None:
        match result.key, result.value:
            case Looked() as looked, dict() as states:
                self._feed.accept(looked, states)
            case Sent(Task.CALL, item), Answer() as answer:
                self._calls_out -= 1
                self._note_answer(answer)
                move = moves.after_answer(item.action, answer, item.lost, self._grace_seconds, self._rng)
                if answer.meaning is Meaning.THROTTLED:
                    self._limiters.of(item.action.category).slow_down()
                self._make(move, item)
            case Sent(Task.READ_BACK, item), (UserState() | None) as now if result.error is None:
                self._make(moves.after_read_back(item.action, self._evidence(item, now), item.lost), item)
            case Sent(Task.READ_BACK, item), _ if isinstance(result.error, Stopped):
                self._make(moves.GiveUp("no-read-back", str(result.error)), item)
            case _, _ if isinstance(result.error, BulkresetError):
                self._halt(result.error)
            case _:
                raise result.error or BulkresetError(f"nobody expects the result {result!r}")

    def _make(self, move: moves.Move, item: Item) -> None:
        """Carry out what was decided."""
        now = self._clock.now()
        match move:
            case moves.Done(request_id):
                done = item.changed(StepState.DONE, finished_at=now, request_id=request_id)
                self._notebook.write(done)
                self._next_step(item, done)
            case moves.Fail(code, message, request_id):
                failed = item.changed(
                    StepState.FAILED, finished_at=now, request_id=request_id, code=code, message=message
                )
                self._settle(item, Outcome.FAILED, failed)
            case moves.TryAgain(after_seconds, code):
                item.must_read_back = False
                self._notebook.write(item.changed(StepState.PENDING, code=code))
                self._wait(item, after_seconds)
            case moves.Repeat(after_seconds, code, message):
                item.lost += 1
                self._notebook.write(item.changed(StepState.UNKNOWN, code=code, message=message))
                self._wait(item, after_seconds)
            case moves.ReadBack(after_seconds, code, message):
                item.lost += 1
                item.must_read_back = True
                self._notebook.write(item.changed(StepState.UNKNOWN, code=code, message=message))
                self._wait(item, after_seconds)
            case moves.GiveUp(code, message):
                unknown = item.changed(StepState.UNKNOWN, finished_at=now, code=code, message=message)
                self._settle(item, Outcome.UNKNOWN, unknown)
            case moves.Halt(error, code):
                self._notebook.write(item.changed(StepState.PENDING, code=code))
                self._halt(error)

    def _settle(self, item: Item, outcome: Outcome, change: StepChange) -> None:
        self._notebook.write(change)
        self._notebook.settle(outcome, change, item.work.identifier)

    def _next_step(self, item: Item, done: StepChange) -> None:
        if item.ordinal + 1 == len(item.work.steps):
            self._notebook.settle(Outcome.DONE, done, item.work.identifier)
            return
        item.ordinal += 1
        item.tries = item.lost = 0
        item.called_at = None
        item.must_read_back = False
        self._line_up(item)

    def _wait(self, item: Item, seconds: float) -> None:
        self._waiting.add(item, self._clock.monotonic() + seconds)

    def _evidence(self, item: Item, now: UserState | None) -> Evidence | None:
        if now is None:
            return None
        called_at = (item.called_at or 0.0) + self._pool.skew_seconds
        return Evidence(item.status_before, called_at, now)

    def _drifted(self, item: Item, difference: str) -> None:
        now = self._clock.now()
        change = item.changed(StepState.DRIFTED, finished_at=now, code=DRIFTED, message=difference)
        self._settle(item, Outcome.DRIFTED, change)

    def _note_answer(self, answer: Answer) -> None:
        """Stop a run whose calls reach nobody, before every row has spent its tries."""
        if answer.meaning not in (Meaning.NOT_SENT, Meaning.NO_ANSWER):
            self._no_answers = 0
            self._last_answer_at = self._clock.monotonic()
            return
        self._no_answers += 1
        silent_for = self._clock.monotonic() - self._last_answer_at
        if self._no_answers >= NO_ANSWERS_IN_A_ROW and silent_for >= NO_ANSWER_SECONDS:
            self._halt(
                Stopped(
                    f"no answer from Cognito for {silent_for:.0f} s ({answer.code}: {answer.message}); "
                    "when it can be reached again, `bulkreset resume`"
                )
            )

    def _halt(self, error: BulkresetError) -> None:
        self._halted = self._halted or error
