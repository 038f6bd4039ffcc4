"""Orders from other terminals and marks beside the run file: pause, continue, stop, another rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bulkreset.clock import Clock
from bulkreset.control.channel import Channel
from bulkreset.control.orders import Order, OrderKind, detail_of
from bulkreset.errors import Stopped
from bulkreset.execution.gates.base import GO, End, Hold, Verdict
from bulkreset.execution.ports import ChangeLog
from bulkreset.shell import quoted

STOPPED_BY_ORDER = "stop"
PAUSED = "paused"
PAUSED_BY_FILE = "paused-by-file"
"""Kinds of hold and end. That by a file is over once the file is gone, whether or not anybody looks."""


@dataclass(frozen=True, slots=True)
class Reshared:
    """The shares of the quotas that were ordered so far, and the rates that follow, by category."""

    shares: Mapping[str, float]
    rates_per_second: Mapping[str, float]


class OrderGate:
    """Takes orders as they come and writes each into the run file with who gave it and when.

    `read_until` is how much of the orders earlier runners have taken. `reshare` puts the shares of a `rate`
    order in force.
    """

    def __init__(
        self,
        channel: Channel,
        read_until: int,
        *,
        log: ChangeLog,
        clock: Clock,
        reshare: Callable[[Mapping[str, float]], Reshared],
        run: str,
    ) -> None:
        self._channel = channel
        self._read_until = read_until
        self._log = log
        self._clock = clock
        self._reshare = reshare
        self._run = run
        self._paused: Order | None = None
        self._stopped: Order | None = None
        self._is_deaf = False

    def verdict(self) -> Verdict:
        for order in self._orders():
            self._take(order)
        if self._stopped is not None:
            return self._end(_why_stopped(self._stopped))
        mark = self._channel.stop_mark()
        if mark is not None:
            return self._end(f"the file {mark.name} of {mark.by} asks for a stop; remove it")
        if self._paused is not None:
            return Hold(PAUSED, self._why_paused(self._paused), by=_name(self._paused))
        mark = self._channel.pause_mark()
        if mark is not None:
            return Hold(
                PAUSED_BY_FILE, f"the file {mark.name} of {mark.by} is there; remove it to go on", by=mark.by
            )
        return GO

    def _orders(self) -> list[Order]:
        try:
            orders, self._read_until = self._channel.read(self._read_until)
        except OSError as error:
            if not self._is_deaf:
                self._is_deaf = True
                self._log.event(self._clock.now(), "orders-unreadable", {"why": error.strerror})
            return []
        self._is_deaf = False
        return orders

    def _take(self, order: Order) -> None:
        now = self._clock.now()
        detail = detail_of(order, now)
        kept: dict[str, object] = {"control_read": self._read_until}
        match order.kind:
            # What an order asks for outlives the runner from here on, whatever else ends it meanwhile.
            case OrderKind.PAUSE:
                self._paused = order
                kept["hold"] = _hold(PAUSED, self._why_paused(order), now)
            case OrderKind.CONTINUE:
                self._paused = None
                kept["hold"] = None
            case OrderKind.STOP:
                self._stopped = order
                kept["hold"] = _hold(STOPPED_BY_ORDER, _why_stopped(order), now)
            case OrderKind.RATE:
                reshared = self._reshare(order.detail["shares"])
                detail |= {"shares": order.detail["shares"], "rates_per_second": reshared.rates_per_second}
                kept["shares"] = reshared.shares
        self._log.event(now, f"order-{order.kind}", detail, kept)

    def _why_paused(self, order: Order) -> str:
        return f"{_name(order)} paused it; `bulkreset continue {quoted(self._run)}` goes on"

    def _end(self, why: str) -> End:
        error = Stopped(f"{why}; `bulkreset resume {quoted(self._run)}` goes on")
        return End(error, keeps=STOPPED_BY_ORDER, why=why)


def _why_stopped(order: Order) -> str:
    return f"{_name(order)} ordered a stop"


def _hold(kind: str, why: str, now: float) -> dict[str, object]:
    return {"kind": kind, "at": now, "why": why, "until": None}


def _name(order: Order) -> str:
    return f"{order.by.get('user', 'somebody')} on {order.by.get('host', 'some machine')}"
