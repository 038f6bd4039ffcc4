"""Who looks on while a run goes: those who tell others of it. Whatever befalls them, the run goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bulkreset.clock import Clock
from bulkreset.ledger.journal import Journal

LOOK_SECONDS = 0.5
"""So often the run is looked at."""

LEAVE_SECONDS = 0.6
"""So long, at the most, the end of a run waits for all that is to be told of it."""


@dataclass(frozen=True, slots=True)
class Failing:
    """An onlooker could not do its part. `kind` is that of the event; `who` and `why` hold no secret."""

    kind: str
    who: str
    why: str

    def __str__(self) -> str:
        return f"{self.kind.replace('-', ' ')}: {self.who}: {self.why}"


class Onlooker(Protocol):
    def look(self) -> None:
        """Take note of how the run stands. Quick, and on the thread of the run."""

    def end(self) -> None:
        """The run is over: take the last note of it."""

    def leave(self, until: float) -> None:
        """Wait for what is not out yet, until a moment of `clock.monotonic()` at the latest."""

    def failings(self) -> list[Failing]:
        """What went wrong since this was last asked."""


class Onlookers:
    """All who look on at a run. Nothing that they raise gets out."""

    def __init__(
        self,
        made: Sequence[Callable[[], Onlooker]],
        journal: Journal,
        warn: Callable[[Failing], None],
        clock: Clock,
    ) -> None:
        self._onlookers: list[Onlooker] = []
        self._journal = journal
        self._warn = warn
        self._clock = clock
        self._next_look = clock.monotonic()
        for make in made:
            self._guarded(partial(self._invite, make))

    def look(self) -> None:
        """To be called as often as the run can; looks now and then."""
        now = self._clock.monotonic()
        if now >= self._next_look:
            self._next_look = now + LOOK_SECONDS
            self._ask(lambda onlooker: onlooker.look())
            self._tell_failings()

    def leave(self) -> None:
        until = self._clock.monotonic() + LEAVE_SECONDS
        # All of them begin what is left before one of them is waited for.
        self._ask(lambda onlooker: onlooker.end())
        self._ask(lambda onlooker: onlooker.leave(until))
        self._tell_failings()

    def _invite(self, make: Callable[[], Onlooker]) -> None:
        self._onlookers.append(make())

    def _ask(self, question: Callable[[Onlooker], None]) -> None:
        for onlooker in self._onlookers[:]:
            if not self._guarded(partial(question, onlooker)):
                self._onlookers.remove(onlooker)

    def _guarded(self, what: Callable[[], None]) -> bool:
        try:
            what()
        except Exception as error:  # noqa: BLE001 - a run does not end because nobody can be told of it
            self._tell(Failing("not-told", "an onlooker", type(error).__name__))
            return False
        return True

    def _tell_failings(self) -> None:
        for onlooker in self._onlookers:
            for failing in onlooker.failings():
                self._tell(failing)

    def _tell(self, failing: Failing) -> None:
        self._warn(failing)
        # That the run file cannot be written, the run itself finds out.
        with suppress(Exception):
            self._journal.event(self._clock.now(), failing.kind, {"who": failing.who, "why": failing.why})
