"""Faults of every kind at once: rules that together strike a part of the calls."""

from __future__ import annotations

from collections.abc import Iterator

from soaking.scenes import HANG_SECONDS

from bulkreset.simulator import Fault, FaultKind, Simulator

RESET = "AdminResetUserPassword"

BEFORE_AND_AFTER = (FaultKind.SERVER_ERROR, FaultKind.DROP, FaultKind.HANG)
ONE_WAY = (FaultKind.THROTTLE, FaultKind.TRUNCATE, FaultKind.GARBAGE)
FOR_THE_RUN = (FaultKind.ACCESS_DENIED, FaultKind.EXPIRED_TOKEN, FaultKind.POOL_NOT_FOUND)

PART_OF_USER_LIMITS = 0.05
PART_OF_LOST_ACCESS = 0.002
"""Each ends the runner, so there are few of them. The daily e-mail limit is missing here: it would end a run
for the rest of the day."""


def let_loose(simulator: Simulator, share: float) -> None:
    """Strikes this share of all calls from now on."""
    for fault in _faults(share):
        simulator.faults.add(fault)


def struck(simulator: Simulator) -> int:
    return sum(armed.struck for armed in simulator.faults.armed)


def _faults(share: float) -> Iterator[Fault]:
    yield Fault(FaultKind.USER_LIMIT, operation=RESET, probability=share * PART_OF_USER_LIMITS)
    for kind in FOR_THE_RUN:
        yield Fault(kind, probability=share * PART_OF_LOST_ACCESS)
    each = share / (2 * len(BEFORE_AND_AFTER) + len(ONE_WAY))
    for kind in BEFORE_AND_AFTER:
        seconds = HANG_SECONDS if kind is FaultKind.HANG else None
        for after_effect in (False, True):
            yield Fault(kind, probability=each, after_effect=after_effect, seconds=seconds)
    for kind in ONE_WAY:
        yield Fault(kind, probability=each)
