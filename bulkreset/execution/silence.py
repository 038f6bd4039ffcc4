"""Silence: calls that reach nobody. Stops a run before every row has spent its tries on it."""

from __future__ import annotations

from bulkreset.clock import Clock
from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.errors import Stopped

CALLS_IN_A_ROW = 20
SECONDS = 30.0


class Silence:
    """Counts calls without an answer since the last answer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls = 0
        self._since = clock.monotonic()

    def note(self, answer: Answer) -> Stopped | None:
        """Take note of what a call brought; the error to stop with once it has been silent for too long."""
        if answer.meaning not in (Meaning.NOT_SENT, Meaning.NO_ANSWER):
            self._calls = 0
            self._since = self._clock.monotonic()
            return None
        self._calls += 1
        seconds = self._clock.monotonic() - self._since
        if self._calls < CALLS_IN_A_ROW or seconds < SECONDS:
            return None
        return Stopped(
            f"no answer from Cognito for {seconds:.0f} s ({answer.code}: {answer.message}); "
            "when it can be reached again, `bulkreset resume RUN`"
        )
