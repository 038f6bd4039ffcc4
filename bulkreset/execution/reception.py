"""What becomes of a row once an answer is there: decided, written down, and where the row goes on."""

from __future__ import annotations

import random
from dataclasses import dataclass

from bulkreset.actions.base import Evidence
from bulkreset.clock import Clock
from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.errors import BulkresetError, Stopped
from bulkreset.execution import moves
from bulkreset.execution.budget import MessageBudget
from bulkreset.execution.engine import Result
from bulkreset.execution.item import Item
from bulkreset.execution.notebook import Notebook
from bulkreset.execution.passwords import NO_PASSWORDS, Passwords
from bulkreset.execution.recording import record
from bulkreset.execution.silence import Silence
from bulkreset.users import UserState

CLOCK_ERROR_SECONDS = 1.0

NOT_SENT = frozenset(
    {Meaning.THROTTLED, Meaning.NOT_SENT, Meaning.USER_LIMIT, Meaning.ROW_REFUSED, Meaning.RUN_REFUSED}
)
"""Answers after which it is certain that the call sent no message."""


@dataclass(frozen=True, slots=True)
class LinesUp:
    """The row is ready for its next call."""


@dataclass(frozen=True, slots=True)
class Waits:
    """The row goes on after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class LeavesHand:
    """The row is over, or nothing more can be done for it by this runner."""


Onward = LinesUp | Waits | LeavesHand


class Reception:
    """Takes answers of calls and read-backs. `halted` is the error that ends the run, once there is one."""

    def __init__(
        self,
        notebook: Notebook,
        budget: MessageBudget,
        clock: Clock,
        grace_seconds: float,
        rng: random.Random,
        *,
        passwords: Passwords = NO_PASSWORDS,
    ) -> None:
        self.halted: BulkresetError | None = None
        self._notebook = notebook
        self._budget = budget
        self._clock = clock
        self._grace_seconds = grace_seconds
        self._rng = rng
        self._passwords = passwords
        self._silence = Silence(clock)

    def halt(self, error: BulkresetError) -> None:
        """End the run; the first reason counts."""
        self.halted = self.halted or error

    def answered(self, item: Item, answer: Answer) -> Onward:
        """Take the answer of the call of a row's step at hand."""
        silence = self._silence.note(answer)
        if silence:
            self.halt(silence)
        if answer.meaning is Meaning.THROTTLED:
            self._notebook.limiters.of(item.action.category).slow_down()
        if answer.meaning is Meaning.MESSAGE_LIMIT:
            item.is_booked = False  # what was booked could not be sent today
        if item.medium is not None:
            if answer.meaning in NOT_SENT:
                self._budget.give_back(item.medium)
            elif answer.meaning is Meaning.MESSAGE_LIMIT:
                self._budget.give_back(item.medium)
                self._budget.refused(item.medium, answer.message)
        move = moves.after_answer(item.action, answer, item.lost, self._grace_seconds, self._rng)
        if isinstance(move, moves.ChangePassword):
            move = self._with_another_password(item, answer)
        return self._make(move, item)

    def _with_another_password(self, item: Item, answer: Answer) -> moves.Move:
        item.refused_passwords += 1
        if item.refused_passwords >= moves.TRIES or not self._passwords.can_change(item):
            return moves.Fail(answer.code, answer.message, answer.request_id)
        item.password = None
        return moves.TryAgain(0.0, answer.code)

    def was_read_back(self, item: Item, result: Result) -> Onward:
        """Take what a row's user was found like after the answer of a call was lost."""
        match result.value, result.error:
            case (UserState() | None) as now, None:
                return self._make(moves.after_read_back(item.action, _evidence(item, now), item.lost), item)
            case _, Stopped() as error:
                return self._make(moves.GiveUp("no-read-back", str(error)), item)
            case _, BulkresetError() as error:
                self.halt(error)
                return LeavesHand()
            case _, error:
                raise error or BulkresetError(f"nobody expects to read back {result.value!r}")

    def _make(self, move: moves.Move, item: Item) -> Onward:
        """Write down what was decided, and say where the row goes on."""
        record(self._notebook, item, move, self._clock.now())
        match move:
            case moves.Done() if not item.is_at_last_step:
                item.advance()
                return LinesUp()
            case moves.TryAgain(after_seconds):
                item.must_read_back = False
                return Waits(after_seconds)
            case moves.Repeat(after_seconds):
                item.lost += 1
                return Waits(after_seconds)
            case moves.ReadBack(after_seconds):
                item.lost += 1
                item.must_read_back = True
                return Waits(after_seconds)
            case moves.Postpone():
                item.hit_message_limit = True
                return Waits(0.0)
            case moves.Halt(error):
                self.halt(error)
        return LeavesHand()


def _evidence(item: Item, now: UserState | None) -> Evidence | None:
    if now is None:
        return None
    called_at = item.called_at or 0.0
    if item.ordinal:
        # The row's step before changed the user too; AWS's clock is known to the second.
        called_at += CLOCK_ERROR_SECONDS
    return Evidence(item.status_before, called_at, now)
