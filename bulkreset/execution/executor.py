"""The executor: takes the rows of a run through their steps, and writes down every step of the way.

One thread, this one, decides and writes; the engine's threads only call. Each turn it asks whether
the run may go on, looks at what came back, hands out the slots of the near future, commits the intents
together with what is known by then, and only then lets the calls go.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from functools import partial

from bulkreset.actions.base import Enclosed
from bulkreset.clock import Clock
from bulkreset.cognito.answers import Answer
from bulkreset.errors import BulkresetError
from bulkreset.execution.engine import Engine, Result
from bulkreset.execution.feed import Feed, Looked
from bulkreset.execution.gates.base import GO, End, Go, Hold, Verdict
from bulkreset.execution.item import Item
from bulkreset.execution.lineup import LineUp
from bulkreset.execution.moves import PASSWORD_GONE
from bulkreset.execution.notebook import Notebook
from bulkreset.execution.passwords import NO_PASSWORDS, Passwords
from bulkreset.execution.ports import Backlog, Pool
from bulkreset.execution.preparing import Lot, Preparing
from bulkreset.execution.reception import LeavesHand, LinesUp, Onward, Reception, Waits
from bulkreset.execution.recording import record, record_drift
from bulkreset.execution.sent import Sent, Task
from bulkreset.execution.steering import Steering
from bulkreset.execution.waiting import Waiting
from bulkreset.ledger.read import WorkRow
from bulkreset.ledger.states import StepState

HORIZON_SECONDS = 0.2
"""How far ahead slots are handed out: long enough to hide a commit, short enough that a killed
runner leaves few intents whose calls never went out."""

LAUNCH_SECONDS = 0.1
"""How near the next slot is when slots are handed out: several at a time, as each time costs a commit."""

CLOCK_TICK_SECONDS = 0.001

TURN_SECONDS = 0.1
"""The longest pause between two looks at the clock, the gates and the notebook."""

HOLD_TURN_SECONDS = 0.25
"""The same while the run holds: the clock may be far from where it goes on."""

OLDEST_LOOK_SECONDS = 300.0
"""A user that was looked at longer ago is looked at again before its call."""


class Executor:
    """Carries out what a run has left to do. `run` returns when nothing is left, or raises why it ended.

    An end waits for the calls that are out and for nothing else: looks and read-backs change nothing.
    """

    def __init__(
        self,
        *,
        backlog: Backlog,
        notebook: Notebook,
        pool: Pool,
        scan_users: int | None,
        engine: Engine,
        clock: Clock,
        grace_seconds: float,
        steering: Steering,
        observe: Callable[[Notebook], None],
        protected: frozenset[str] = frozenset(),
        passwords: Passwords = NO_PASSWORDS,
        rng: random.Random | None = None,
    ) -> None:
        self._notebook = notebook
        self._pool = pool
        self._engine = engine
        self._clock = clock
        self._grace_seconds = grace_seconds
        self._steering = steering
        self._observe = observe
        self._passwords = passwords
        self._reception = Reception(
            notebook,
            steering.budget,
            clock,
            grace_seconds,
            rng or random.Random(),  # noqa: S311 - jitter
            passwords=passwords,
        )
        self._lined_up = LineUp(notebook.limiters, steering.budget, mails_are_paced=steering.mails_are_paced)
        self._preparing = Preparing(passwords, notebook.note_secrets)
        self._waiting = Waiting()
        self._to_read_back: deque[Item] = deque()
        self._calls_out = self._read_backs_out = self._in_doubt = 0
        unsettled = backlog.unsettled()
        held = frozenset(work.row for work in unsettled)
        self._feed = Feed(
            backlog,
            pool,
            scan_users=scan_users,
            held=held,
            drifted=self._drifted,
            must_wait=lambda item: item.medium is not None and steering.budget.is_spent(item.medium),
            wave=steering.waves.wave,
            protected=protected,
        )
        self._take_up(unsettled)

    def run(self) -> None:
        """Go on until nothing is left.

        Raises what ended the run before that, once everything in flight was written down.
        """
        while True:
            verdict = self._verdict()
            if isinstance(verdict, Go):
                ready = self._lined_up.ready + self._preparing.soon_ready
                self._feed.refill(self._engine, self._clock.monotonic(), ready)
                self._gather()
                self._prepare()
                self._read_back()
                self._launch()
                self._turn_wave()
            if not self._calls_out and (isinstance(verdict, End) or (self._is_idle and self._is_over)):
                break
            for result in self._engine.collect(self._wake_at(verdict)):
                self._take(result)
            self._notebook.commit_if_due()
            self._notebook.note_trouble(self._steering.budget.trouble)
            self._observe(self._notebook)
        self._notebook.commit()
        self._observe(self._notebook)
        if self._reception.halted:
            raise self._reception.halted
        if isinstance(verdict, End) and not self._is_over:
            self._notebook.note_end(verdict)
            raise verdict.error

    def _verdict(self) -> Verdict:
        if self._reception.halted:
            return End(self._reception.halted)
        verdict = self._steering.verdict()
        if isinstance(verdict, Go) and self._waits_for_messages_alone:
            verdict = self._message_verdict()
        self._notebook.note_hold(verdict)
        return verdict

    @property
    def _waits_for_messages_alone(self) -> bool:
        return (
            self._is_idle
            and self._feed.is_over
            and not (self._waiting or self._preparing or self._lined_up.ready)
        )

    def _message_verdict(self) -> Verdict:
        """What to do where at most rows are left whose messages could not be sent when they came."""
        budget = self._steering.budget
        media = self._feed.passed_over | self._lined_up.waited_for
        spent = {medium for medium in media if budget.is_spent(medium)}
        if self._feed.passed_over - spent:
            self._feed.go_back(self._lined_up.rows)
        elif spent:
            return budget.verdict(spent)
        return GO

    @property
    def _is_idle(self) -> bool:
        return not (self._engine.busy or self._to_read_back or self._read_backs_out)

    @property
    def _is_over(self) -> bool:
        return self._wave_is_over and not self._steering.waves.has_next

    @property
    def _wave_is_over(self) -> bool:
        left = self._waiting or self._preparing or self._lined_up or self._feed.passed_over
        return self._feed.is_over and not left and self._is_idle

    def _turn_wave(self) -> None:
        """Once nothing of a wave is left: end it, and begin the next as soon as the gate is open."""
        waves = self._steering.waves
        if not waves.has_next or not self._wave_is_over:
            return
        if waves.finished_at is None:
            self._notebook.note_wave("wave-over", waves.wave, waves.finish())
        else:
            self._notebook.note_wave("wave-began", waves.begin_next(), None)
            self._feed.open(waves.wave)

    def _take_up(self, unsettled: list[WorkRow]) -> None:
        """Steps that an earlier runner left open: read back, or simply repeated where that is safe."""
        for work in unsettled:
            item = Item.resumed(work)
            if work.last and work.last.state is StepState.IN_FLIGHT:
                self._notebook.write(item.changed(StepState.UNKNOWN, code="interrupted"))
            if item.action.repeat_safe:
                self._wait(item, 0.0)
            else:
                # How long ago the call went out is not asked: no clock is sure of that.
                item.must_read_back = True
                self._in_doubt += 1
                self._wait(item, self._grace_seconds)
        self._notebook.commit()

    def _gather(self) -> None:
        """Take up rows whose wait is over, rows fresh from the feed, and rows looked at too long ago."""
        for item in self._waiting.due(self._clock.monotonic()):
            if item.must_read_back:
                self._to_read_back.append(item)
            elif item.action.vouches_for_contact or item.hit_message_limit or item.needs_address:
                self._feed.take(item)
            else:
                self._line_up(item)
        while self._feed.ready:
            self._line_up(self._feed.ready.popleft())
        for item in self._lined_up.stale(self._clock.monotonic() - OLDEST_LOOK_SECONDS):
            self._feed.take(item)

    def _prepare(self) -> None:
        """Have passwords stored for rows that wait for it, on a part of the engine."""
        in_hand = self._waiting or self._to_read_back or self._read_backs_out
        more_to_come = bool(in_hand) or not self._feed.is_over
        self._preparing.begin(self._engine, self._clock.monotonic(), more_to_come=more_to_come)

    def _line_up(self, item: Item) -> None:
        if item.lacks_password:
            record(self._notebook, item, PASSWORD_GONE, self._clock.now())
        elif self._preparing.concerns(item):
            self._preparing.add(item, self._clock.monotonic())
        else:
            self._lined_up.add(item)

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

    @property
    def _launchable(self) -> int:
        """How many calls may go out now: as many as there are threads, and as may fail."""
        may_fail = self._steering.failures.room(self._calls_out + self._in_doubt)
        return self._room if may_fail is None else min(self._room, may_fail)

    def _launch(self) -> None:
        """Hand out the slots of the near future: first the intents are committed, then the calls go."""
        next_slot, now = self._lined_up.next_slot(), self._clock.monotonic()
        if next_slot is None or next_slot - LAUNCH_SECONDS > now + CLOCK_TICK_SECONDS:
            return
        launches = self._lined_up.take(self._launchable, now + HORIZON_SECONDS)
        if not launches:
            return
        for item, slot in launches:
            item.tries += 1
            # On AWS's clock: a later runner may have another one, and compares with AWS's timestamps.
            item.called_at = self._pool.aws_time(slot)
            self._notebook.hand_out(self._passwords.give(item))
            self._notebook.write(item.changed(StepState.IN_FLIGHT))
            self._notebook.mark_active(item.action.category)
        self._notebook.commit()
        self._calls_out += len(launches)
        for item, slot in launches:
            enclosed = Enclosed(item.password, item.work.medium, item.address)
            job = partial(self._pool.call, item.action, item.work.username, enclosed)
            began = partial(self._lined_up.began, item, slot)
            self._engine.submit(Sent(Task.CALL, item), job, slot, began)

    def _wake_at(self, verdict: Verdict) -> float:
        """When the next turn is due at the latest: a slot to hand out, a wait that is over, a commit."""
        now = self._clock.monotonic()
        moments = [now + (HOLD_TURN_SECONDS if isinstance(verdict, Hold) else TURN_SECONDS)]
        if isinstance(verdict, Go):
            moments += self._waiting.next_due()
            next_slot = self._lined_up.next_slot()
            if next_slot is not None and self._launchable:
                moments.append(next_slot - LAUNCH_SECONDS)
        return max(now, min(moments))

    def _take(self, result: Result) -> None:
        match result.key, result.value:
            case Looked() as looked, dict() as states:
                self._feed.accept(looked, states, self._clock.monotonic())
            case Sent(Task.CALL, item), Answer() as answer:
                self._calls_out -= 1
                self._bring_on(item, self._reception.answered(item, answer))
                self._in_doubt += item.must_read_back
            case Sent(Task.READ_BACK, item), _:
                self._read_backs_out -= 1
                self._in_doubt -= 1
                self._bring_on(item, self._reception.was_read_back(item, result))
            case Lot() as lot, dict() as stored:
                for item in self._preparing.finish(lot, stored):
                    self._lined_up.add(item)
            case ((Looked() | Lot()), _) if isinstance(result.error, BulkresetError):
                self._reception.halt(result.error)
            case _:
                raise result.error or BulkresetError(f"nobody expects the result {result!r}")

    def _bring_on(self, item: Item, onward: Onward) -> None:
        match onward:
            case LinesUp():
                self._line_up(item)
            case Waits(seconds):
                self._wait(item, seconds)
            case LeavesHand():
                pass

    def _wait(self, item: Item, seconds: float) -> None:
        self._waiting.add(item, self._clock.monotonic() + seconds)

    def _drifted(self, item: Item, difference: str) -> None:
        record_drift(self._notebook, item, difference, self._clock.now())
