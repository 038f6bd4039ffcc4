"""Where the pace of one category is written down: here, in the memory of one process.

Limiters that keep to one register share their slots. The register for all processes of a machine is
in `shared_register.py`. Times are `clock.monotonic()`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bulkreset.rates.pace import Pace


class Register(Protocol):
    """Keeps a pace. Its user sees to it that one thread at a time comes."""

    @property
    def trouble(self) -> str:
        """Why this register no longer reaches whom it should, or ""."""

    def look(self, now: float) -> Pace: ...

    def change(self, now: float, step: Callable[[Pace], Pace]) -> Pace:
        """Put `step(pace)` in the place of the pace, with nobody in between; the pace from then on.

        `step` may be asked more than once.
        """


class LocalRegister:
    """The pace of one process that goes by itself."""

    trouble = ""

    def __init__(self) -> None:
        self._pace = Pace()

    def look(self, now: float) -> Pace:  # noqa: ARG002 - memory does not outlive the clock
        return self._pace

    def change(self, now: float, step: Callable[[Pace], Pace]) -> Pace:  # noqa: ARG002 - as above
        self._pace = step(self._pace)
        return self._pace
