"""What has to hold before a runner takes up a run: nobody edited it, and a person wants it to go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bulkreset.control.channel import Channel
from bulkreset.control.orders import Order, OrderKind, detail_of
from bulkreset.errors import InputError, Outdated, Problem, Stopped, StoppedOnSchedule
from bulkreset.execution.gates.drifted import DRIFT_HOLD
from bulkreset.execution.gates.failures import FAILURES_HOLD
from bulkreset.execution.gates.orders import PAUSED_BY_FILE
from bulkreset.execution.gates.waves import BETWEEN_WAVES
from bulkreset.flow.edited import blaming_edits
from bulkreset.flow.rates import EVERY_CATEGORY
from bulkreset.ledger.read import RunReader
from bulkreset.planning.digest import plan_digest, plan_header
from bulkreset.shell import quoted


def refuse_edited(reader: RunReader, path: Path) -> None:
    """Digest and seal are made anew from what stands there now: a file edited by hand is refused."""
    with blaming_edits(reader, path):
        header = plan_header(reader.meta("environment"), reader.meta("job"))
    if plan_digest(header, reader.digested_rows()) != reader.meta("digest"):
        raise Outdated(
            f"{path} is not as it was planned: its rows do not match its digest; `bulkreset check "
            f"{quoted(path)}` says more; plan again"
        )
    if reader.seal() != reader.meta("seal"):
        raise Outdated(
            f"{path} is not as it was planned; `bulkreset check {quoted(path)}` says more; plan again"
        )


@dataclass(frozen=True, slots=True)
class TakingUp:
    """What follows from taking a run up: what is noted of it, and the shares of the quotas ordered so far.

    `orders` were given while nobody ran it. `opens` is the wave that a person lets begin, if one is.
    """

    orders: tuple[Order, ...]
    detail: Mapping[str, object]
    kept: Mapping[str, object]
    shares: Mapping[str, float]
    opens: int | None

    def happened(self, now: float, more: Mapping[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
        """The events by kind and detail, in their order; `more` is what else is known of the runner."""
        for order in self.orders:
            yield f"order-{order.kind}", {**detail_of(order, now), **order.detail}
        yield "taken-up", {**more, **self.detail}
        if self.opens is not None:
            yield "wave-began", {"wave": self.opens, "settled_by_this_runner": {}}


def taking_up(reader: RunReader, path: Path, given_until: int, *, by_itself: bool) -> TakingUp:
    """Whether the run may be taken up, and what that lifts; writes nothing.

    A person who takes it up lifts everything. `by_itself`, as from cron, only what time lifts, or what
    somebody allowed by `bulkreset continue`; raises Stopped otherwise. Orders that were given while
    nobody ran it, which are those up to byte `given_until`, are settled hereby.
    """
    channel = Channel(path)
    mark = channel.stop_mark()
    if mark is not None:
        raise Stopped(f"the file {mark.name} of {mark.by} keeps {path} from running; remove it to go on")
    orders, read_until = _unread(channel, reader.meta("control_read") or 0, given_until)
    hold = _hold(_kept_hold(reader, channel), orders)
    if by_itself and hold is not None and hold["until"] is None:
        told = (
            f"{path} waits for a person: {hold['why']}; `bulkreset resume {quoted(path)}` takes it up, or "
            f"`bulkreset continue {quoted(path)}` lets the next run of the job do so"
        )
        # That a wave is to be confirmed was told when it ended, and is nothing wrong.
        raise StoppedOnSchedule(told) if hold["kind"] == BETWEEN_WAVES else Stopped(told)
    shares: dict[str, float] = dict(reader.meta("shares") or {})
    for order in orders:
        ordered = order.detail.get("shares", {})
        shares = {**({} if EVERY_CATEGORY in ordered else shares), **ordered}
    lifted = reader.meta("hold") or {}
    kept: dict[str, object] = {"hold": None, "control_read": read_until, "shares": shares}
    kept |= _counted_anew(reader, lifted)
    opens = _opened(reader, lifted)
    if opens is not None:
        kept["waves_open"] = {"wave": opens, "finished_at": None}
    detail = {"by_itself": by_itself, "lifted": lifted.get("why", "")}
    return TakingUp(tuple(orders), detail, kept, shares, opens)


def _counted_anew(reader: RunReader, lifted: Mapping[str, Any]) -> dict[str, object]:
    """From where failures count once a person has let the run go on in spite of them."""
    if lifted.get("kind") not in (FAILURES_HOLD, DRIFT_HOLD):
        return {}
    return {"failures_from": {name.value: count for name, count in reader.outcomes().items()}}


def _opened(reader: RunReader, lifted: Mapping[str, Any]) -> int | None:
    """The wave that was to be confirmed, and is by taking the run up."""
    standing = reader.meta("waves_open")
    if lifted.get("kind") == BETWEEN_WAVES and lifted["until"] is None and standing:
        return int(standing["wave"]) + 1
    return None


def _kept_hold(reader: RunReader, channel: Channel) -> dict[str, Any] | None:
    """What the last runner left; a file that paused it holds for as long as it is there."""
    hold: dict[str, Any] | None = reader.meta("hold")
    if hold is not None and hold["kind"] == PAUSED_BY_FILE and channel.pause_mark() is None:
        return None
    return hold


def _unread(channel: Channel, after: int, until: int) -> tuple[list[Order], int]:
    try:
        return channel.read(after, until)
    except OSError as error:
        raise InputError(
            Problem(
                f"the orders for this run cannot be read: {error.strerror}",
                "give the file to the user who runs the job",
                channel.orders_path,
            )
        ) from error


def _hold(kept: dict[str, Any] | None, orders: list[Order]) -> dict[str, Any] | None:
    """What keeps the run, after the orders that nobody has read yet: the last of them counts."""
    steering = [order for order in orders if order.kind is not OrderKind.RATE]
    if not steering:
        return kept
    last = steering[-1]
    if last.kind is OrderKind.CONTINUE:
        return None
    return {
        "kind": last.kind.value,
        "why": f"{last.by.get('user', 'somebody')} ordered a {last.kind}",
        "until": None,
    }
