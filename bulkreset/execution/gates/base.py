"""What a gate says: go on, hold, or end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bulkreset.errors import BulkresetError


@dataclass(frozen=True, slots=True)
class Go:
    """Nothing is in the way."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing new is called for now; the runner stays.

    `why` is for people. `until` is when the hold ends by itself, in epoch seconds of AWS's clock, None
    when somebody has to end it. `by` says who asked for it, if somebody did.
    """

    kind: str
    why: str
    until: float | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """What is in flight finishes, and then the runner ends with `error`.

    `keeps` and `why` are noted in the run file: a run kept so is not taken up again by itself, only by a
    person.
    """

    error: BulkresetError
    keeps: str = ""
    why: str = ""


Verdict = Go | Hold | End
GO = Go()


class Gate(Protocol):
    """Is asked several times a second, and quickly answers."""

    def verdict(self) -> Verdict: ...
