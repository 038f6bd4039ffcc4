"""What apply, run and resume share: stopping on signals, telling progress, and the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from bulkreset.cli.output import print_json, print_outcomes
from bulkreset.cli.progress import progress
from bulkreset.cli.say import say
from bulkreset.errors import Refused, RunBusy, Stopped
from bulkreset.execution.notebook import Notebook
from bulkreset.flow.carry_out import Watch
from bulkreset.reporting.status import Status, exit_code

Handler = Callable[[int, FrameType | None], Any] | int | None
"""What `signal.signal` takes and gives back."""


@contextmanager
def watching(log_format: str, *, log_identifiers: bool) -> Iterator[Watch]:
    """A watch that shows progress and stops the run on SIGINT or SIGTERM.

    The first signal lets what is in flight finish; the second ends the process at once, which the
    run file survives: whatever was in flight is read back by resume. Until the run starts, a signal
    ends the command as ever.
    """
    signals = 0
    before: dict[int, Handler] = {}

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal signals
        signals += 1
        if signals > 1:
            os.write(2, b"\nbulkreset: stopped at once; `bulkreset resume` reads back what was in flight\n")
            os._exit(Stopped.exit_code)
        os.write(2, b"\nbulkreset: stopping: what is in flight finishes; once more to stop at once\n")

    def started(status: Status) -> None:
        before.update({number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)})
        shown.started(status)

    try:
        with progress(log_format, log_identifiers=log_identifiers) as shown:
            yield Watch(started, _never_failing(shown.observe), lambda: signals > 0)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _never_failing(tell: Callable[[Notebook], None]) -> Callable[[Notebook], None]:
    """Telling progress until stderr is gone: a run does not end because nobody listens."""
    is_heard = True

    def observe(notebook: Notebook) -> None:
        nonlocal is_heard
        if is_heard:
            try:
                tell(notebook)
            except OSError:
                is_heard = False

    return observe


def finish(carry_out: Callable[[], Status], status_of: Callable[[], Status], *, as_json: bool) -> int:
    """Carry out, and print how it ended; also where it was halted. Returns the exit code."""
    try:
        status = carry_out()
    except (Stopped, Refused, RunBusy):
        _print(status_of(), as_json=as_json)
        raise
    _print(status, as_json=as_json)
    return exit_code(status)


def _print(status: Status, *, as_json: bool) -> None:
    if as_json:
        print_json(status)
    else:
        print_outcomes(status)
        if status["state"] == "stopped":
            say(f"next: bulkreset resume {status['run']}")
        elif status["state"] == "finished":
            say(f"next: bulkreset report {status['run']} --out report.csv")
