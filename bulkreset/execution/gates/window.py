"""Outside the job's window nothing is called: the run ends until the next one, or waits for it."""

from __future__ import annotations

from collections.abc import Callable

from bulkreset.clock import iso
from bulkreset.errors import StoppedOnSchedule
from bulkreset.execution.gates.base import GO, End, Hold, Verdict
from bulkreset.planning.window import moment
from bulkreset.settings.window import Window
from bulkreset.shell import quoted


class WindowGate:
    """`now` gives epoch seconds of AWS's clock; `waits`: hold until the window opens rather than end."""

    def __init__(self, window: Window, now: Callable[[], float], *, waits: bool, run: str) -> None:
        self._window = window
        self._now = now
        self._waits = waits
        self._run = run
        self._known_until = float("-inf")
        self._known_from = float("inf")
        self._is_open = False

    def verdict(self) -> Verdict:
        now = self._now()
        if not self._known_from <= now < self._known_until:
            found = moment(self._window, now)
            self._known_from, self._known_until, self._is_open = now, found.until, found.is_open
        if self._is_open:
            return GO
        opens = iso(self._known_until)
        if self._waits:
            return Hold("window", f"the job's window opens at {opens}", self._known_until)
        told = f"the job's window is closed until {opens}; then `bulkreset resume {quoted(self._run)}`"
        return End(StoppedOnSchedule(told))
