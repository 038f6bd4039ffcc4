"""Orders to a run from another terminal: given, and then seen to be taken."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bulkreset.clock import Clock
from bulkreset.control.channel import Channel
from bulkreset.control.orders import Order, OrderKind
from bulkreset.errors import InputError, Problem
from bulkreset.flow.process import this_process
from bulkreset.flow.report import reading
from bulkreset.ledger.connection import is_running
from bulkreset.ledger.states import RunState
from bulkreset.shell import quoted

PATIENCE_SECONDS = 5.0
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Taken:
    """The runner has taken the order. `detail` is what it wrote down of it."""

    seconds: float
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NobodyRuns:
    """The order waits for the next runner."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """Somebody runs it, and has not taken the order so far."""

    seconds: float


def give_order(
    run: Path, kind: OrderKind, detail: Mapping[str, object], clock: Clock
) -> Taken | NobodyRuns | NotYet:
    """Give an order to whoever runs `run`, and wait until it is taken.

    Raises InputError for a run that is finished, and where the order cannot be written.
    """
    with reading(run) as reader:
        seen = max((event.id for event in reader.events()), default=0)
        state = reader.meta("state")
    if state == RunState.FINISHED:
        raise InputError(
            Problem(
                "this run is finished: there is nothing to steer",
                f"`bulkreset report {quoted(run)} --out report.csv` says what became of each row",
                run,
            )
        )
    if state == RunState.PLANNED and not is_running(run):
        raise InputError(
            Problem("nobody has begun this run", f"begin it with `bulkreset apply {quoted(run)}`", run)
        )
    order = Order(secrets.token_hex(8), clock.now(), kind, this_process(), dict(detail))
    Channel(run).give(order)
    begun = clock.monotonic()
    while is_running(run):
        waited = clock.monotonic() - begun
        taken = _taken(run, order, seen)
        if taken is not None:
            return Taken(waited, taken)
        if waited > PATIENCE_SECONDS:
            return NotYet(waited)
        clock.sleep(POLL_SECONDS)
    taken = _taken(run, order, seen)
    return NobodyRuns() if taken is None else Taken(clock.monotonic() - begun, taken)


def held_by(run: Path) -> str:
    """Which file beside the run keeps it from going on, if one does."""
    channel = Channel(run)
    mark = channel.stop_mark() or channel.pause_mark()
    return f"the file {mark.name} of {mark.by} keeps it; remove that too" if mark else ""


def _taken(run: Path, order: Order, after_event: int) -> Mapping[str, Any] | None:
    with reading(run) as reader:
        for event in reader.events(after_event):
            if event.detail.get("order") == order.id:
                return event.detail
    return None
