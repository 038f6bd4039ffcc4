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
from functools import partial

from bulkreset.actions.base import Evidence
from bulkreset.clock import Clock
from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.errors import BulkresetError, Stopped
from bulkreset.execution import moves
from bulkreset.execution.engine import Engine, Result
from bulkreset.execution.feed import Feed, Looked
from bulkreset.execution.item import Item
from bulkreset.execution.lineup import LineUp
from bulkreset.execution.notebook import Notebook
from bulkreset.execution.ports import Backlog, ChangeLog, Pool
from bulkreset.execution.recording import record, record_drift
from bulkreset.execution.silence import Silence
from bulkreset.execution.waiting import Waiting
from bulkreset.ledger.read import WorkRow
from bulkreset.ledger.states import StepState
from bulkreset.rates.limiter import Limiters
from bulkreset.users import UserState

HORIZON_SECONDS = 0.2
"""How far ahead slots are handed out: long enough to hide a commit, short enough that a killed
runner leaves few intents whose calls never went out."""

LAUNCH_SECONDS = 0.1
"""How near the next slot is when slots are handed out: several at a time, as each time costs a commit."""

CLOCK_TICK_SECONDS = 0.001

CLOCK_ERROR_SECONDS = 1.0

LARGEST_SKEW_SECONDS = 300.0
"""AWS refuses requests that are signed by a clock further off than this."""

TURN_SECONDS = 0.1
"""The longest pause between two looks at the clock, the stop request and the notebook."""


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
        scan_users: int | None,
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
        self._lined_up = LineUp(limiters)
        self._waiting = Waiting()
        self._to_read_back: deque[Item] = deque()
        self._silence = Silence(clock)
        self._halted: BulkresetError | None = None
        self._calls_out = self._read_backs_out = 0
        unsettled = backlog.unsettled()
        held = frozenset(work.row for work in unsettled)
        self._feed = Feed(backlog, pool, scan_users, held, self._drifted)
        self._take_up(unsettled)

    def run(self) -> bool:
        """Go on until nothing is left. Returns whether that was reached, or a stop was asked for.

        Raises the error that halted the run, once everything in flight was written down.
        """
        while True:
            stopping = self._halted is not None or self._stop_requested()
            if not stopping:
                self._feed.refill(self._engine, self._clock.monotonic(), len(self._lined_up))
                self._gather()
                self._read_back()
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
        for work in unsettled:
            item = Item.resumed(work)
            if work.last and work.last.state is StepState.IN_FLIGHT:
                self._notebook.write(item.changed(StepState.UNKNOWN, code="interrupted"))
            if item.action.repeat_safe:
                self._wait(item, 0.0)
            else:
                item.must_read_back = True
                long_ago = (
                    self._clock.now() - (item.called_at or 0.0) > self._grace_seconds + LARGEST_SKEW_SECONDS
                )
                self._wait(item, 0.0 if long_ago else self._grace_seconds)
        self._notebook.commit()

    def _is_over(self) -> bool:
        left = self._waiting or self._to_read_back or self._read_backs_out or self._lined_up
        return self._feed.is_over and not left

    def _gather(self) -> None:
        """Take up rows whose wait is over, and rows fresh from the feed."""
        for item in self._waiting.due(self._clock.monotonic()):
            if item.must_read_back:
                self._to_read_back.append(item)
            elif item.action.vouches_for_contact:
                self._feed.take(item)
            else:
                self._lined_up.add(item)
        while self._feed.ready:
            self._lined_up.add(self._feed.ready.popleft())

    def _read_back(self) -> None:
        """Ask for the rows whose answers were lost, on a part of the engine: calls keep theirs."""
        at_once = max(1, self._engine.capacity // 4)
        while self._to_read_back and self._read_backs_out < at_once and self._room:
            item = self._to_read_back.popleft()
            self._read_backs_out += 1
            job = partial(self._pool.read_back, item.work.username)
            self._engine.submit(Sent(Task.READ_BACK, item), job, self._clock.monotonic())

    @property
    def _room(self) -> int:
        """How many jobs the engine can begin at once. None ever waits for a thread: its slot would pass."""
        return self._engine.capacity - self._engine.busy

    def _launch(self) -> None:
        """Hand out the slots of the near future: first the intents are committed, then the calls go."""
        next_slot, now = self._lined_up.next_slot(), self._clock.monotonic()
        if next_slot is None or next_slot - LAUNCH_SECONDS > now + CLOCK_TICK_SECONDS:
            return
        launches = self._lined_up.take(self._room, now + HORIZON_SECONDS)
        if not launches:
            return
        # On AWS's clock: a later runner may have another one, and compares with AWS's timestamps.
        ahead = self._clock.now() - self._clock.monotonic() + self._pool.skew_seconds
        for item, slot in launches:
            item.tries += 1
            item.called_at = slot + ahead
            self._notebook.write(item.changed(StepState.IN_FLIGHT))
            self._notebook.mark_active(item.action.category)
        self._notebook.commit()
        self._calls_out += len(launches)
        for item, slot in launches:
            job = partial(self._pool.call, item.action, item.work.username)
            self._engine.submit(Sent(Task.CALL, item), job, slot)

    def _wake_at(self, stopping: bool) -> float:
        """When the next turn is due at the latest: a slot to hand out, a wait that is over, a commit."""
        now = self._clock.monotonic()
        moments = [now + TURN_SECONDS]
        if not stopping:
            moments += self._waiting.next_due()
            next_slot = self._lined_up.next_slot()
            if next_slot is not None and self._room:
                moments.append(next_slot - LAUNCH_SECONDS)
        return max(now, min(moments))

    def _take(self, result: Result) -> None:
        match result.key, result.value:
            case Looked() as looked, dict() as states:
                self._feed.accept(looked, states)
            case Sent(Task.CALL, item), Answer() as answer:
                self._calls_out -= 1
                self._answered(item, answer)
            case Sent(Task.READ_BACK, item), _:
                self._read_backs_out -= 1
                self._was_read_back(item, result)
            case Looked(), _ if isinstance(result.error, BulkresetError):
                self._halt(result.error)
            case _:
                raise result.error or BulkresetError(f"nobody expects the result {result!r}")

    def _answered(self, item: Item, answer: Answer) -> None:
        silence = self._silence.note(answer)
        if silence:
            self._halt(silence)
        if answer.meaning is Meaning.THROTTLED:
            self._limiters.of(item.action.category).slow_down()
        self._make(moves.after_answer(item.action, answer, item.lost, self._grace_seconds, self._rng), item)

    def _was_read_back(self, item: Item, result: Result) -> None:
        match result.value, result.error:
            case (UserState() | None) as now, None:
                self._make(moves.after_read_back(item.action, self._evidence(item, now), item.lost), item)
            case _, Stopped() as error:
                self._make(moves.GiveUp("no-read-back", str(error)), item)
            case _, BulkresetError() as error:
                self._halt(error)
            case _, error:
                raise error or BulkresetError(f"nobody expects to read back {result.value!r}")

    def _make(self, move: moves.Move, item: Item) -> None:
        """Write down what was decided, and bring the row to where it goes on."""
        record(self._notebook, item, move, self._clock.now())
        match move:
            case moves.Done() if not item.is_at_last_step:
                item.advance()
                self._lined_up.add(item)
            case moves.TryAgain(after_seconds):
                item.must_read_back = False
                self._wait(item, after_seconds)
            case moves.Repeat(after_seconds):
                item.lost += 1
                self._wait(item, after_seconds)
            case moves.ReadBack(after_seconds):
                item.lost += 1
                item.must_read_back = True
                self._wait(item, after_seconds)
            case moves.Halt(error):
                self._halt(error)

    def _wait(self, item: Item, seconds: float) -> None:
        self._waiting.add(item, self._clock.monotonic() + seconds)

    def _evidence(self, item: Item, now: UserState | None) -> Evidence | None:
        if now is None:
            return None
        called_at = item.called_at or 0.0
        if item.ordinal:
            # The row's step before changed the user too; AWS's clock is known to the second.
            called_at += CLOCK_ERROR_SECONDS
        return Evidence(item.status_before, called_at, now)

    def _drifted(self, item: Item, difference: str) -> None:
        record_drift(self._notebook, item, difference, self._clock.now())

    def _halt(self, error: BulkresetError) -> None:
        self._halted = self._halted or error
