"""A signal ends the runner in order."""

from __future__ import annotations

from collections.abc import Callable

from bulkreset.errors import Stopped
from bulkreset.execution.gates.base import GO, End, Verdict
from bulkreset.shell import quoted


class SignalGate:
    def __init__(self, stop_requested: Callable[[], bool], run: str) -> None:
        self._stop_requested = stop_requested
        self._run = run

    def verdict(self) -> Verdict:
        if not self._stop_requested():
            return GO
        return End(Stopped(f"stopped by a signal; `bulkreset resume {quoted(self._run)}` goes on"))
