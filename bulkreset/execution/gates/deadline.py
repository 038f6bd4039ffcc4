"""After the job's deadline nothing is called any more."""

from __future__ import annotations

from collections.abc import Callable

from bulkreset.clock import iso
from bulkreset.errors import Stopped
from bulkreset.execution.gates.base import GO, End, Verdict
from bulkreset.shell import quoted


class DeadlineGate:
    """`deadline` and `now` are in epoch seconds of AWS's clock."""

    def __init__(self, deadline: float, now: Callable[[], float], run: str) -> None:
        self._deadline = deadline
        self._now = now
        self._run = run

    def verdict(self) -> Verdict:
        if self._now() < self._deadline:
            return GO
        return End(
            Stopped(
                f"the job's deadline, {iso(self._deadline)}, has passed; make a manifest of what is left "
                f"with `bulkreset retry {quoted(self._run)} --out rest.csv` and plan it anew"
            )
        )
