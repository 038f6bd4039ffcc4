"""What pause, continue, stop and rate share: giving an order, and telling what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bulkreset.cli.say import say
from bulkreset.clock import SystemClock
from bulkreset.control.orders import OrderKind
from bulkreset.errors import EXIT_DONE, EXIT_SOME_ROWS_NOT_DONE
from bulkreset.flow.order import NobodyRuns, NotYet, Taken, give_order, held_by
from bulkreset.shell import quoted


def order(
    run: Path, kind: OrderKind, done: str, later: str, detail: Mapping[str, object] | None = None
) -> int:
    """Give an order. `done` tells that it was taken, `later` what it does where nobody runs the job now."""
    match give_order(run, kind, detail or {}, SystemClock()):
        case Taken(seconds, told):
            say(f"taken after {seconds:.1f} s: {done}")
            still = held_by(run) if kind is OrderKind.CONTINUE else ""
            if still:
                say(f"  but {still}")
            for category, rate in told.get("rates_per_second", {}).items():
                say(f"  {category}: {rate:g}/s")
            return EXIT_DONE
        case NobodyRuns():
            say(f"nobody runs {run} at the moment; {later}")
            still = held_by(run)
            if still:
                say(f"  but {still}")
            return EXIT_DONE
        case NotYet(seconds):
            say(
                f"the order is given and not taken after {seconds:.0f} s: the runner is starting, "
                f"hangs, or may not read {run}.control; see `bulkreset watch {quoted(run)}`"
            )
            return EXIT_SOME_ROWS_NOT_DONE
