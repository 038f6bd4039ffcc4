"""What apply, run and resume share: stopping on signals, telling progress, and the end."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from bulkreset.cli.options import Manner
from bulkreset.cli.output import print_json, print_outcomes
from bulkreset.cli.progress import progress
from bulkreset.cli.say import say
from bulkreset.errors import EXIT_DONE, Outdated, Refused, RunBusy, Stopped, StoppedOnSchedule
from bulkreset.execution.notebook import Notebook
from bulkreset.flow.carry_out import Watch
from bulkreset.flow.handout import how_to_open
from bulkreset.flow.onlookers import Failing
from bulkreset.flow.report import status_of
from bulkreset.reporting.status import Status, exit_code
from bulkreset.shell import quoted

Handler = Callable[[int, FrameType | None], Any] | int | None
"""What `signal.signal` takes and gives back."""


RESUME = "bulkreset resume {}"
RETRY = "bulkreset retry {} --out rest.csv"


@contextmanager
def watching(manner: Manner, run: Path) -> Iterator[Watch]:
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
            with suppress(OSError):
                told = f"stopped at once; `bulkreset resume {quoted(run)}` reads back what was in flight"
                os.write(2, f"\nbulkreset: {told}\n".encode())
            os._exit(Stopped.exit_code)
        with suppress(OSError):
            os.write(2, b"\nbulkreset: stopping: what is in flight finishes; once more to stop at once\n")

    def started(status: Status) -> None:
        before.update({number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)})
        shown.started(status)

    try:
        with progress(manner) as shown:
            yield Watch(started, _never_failing(shown.observe), lambda: signals > 0, _warning(shown.warn))
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


def _warning(warn: Callable[[Failing], None]) -> Callable[[Failing], None]:
    def tell(failing: Failing) -> None:
        with suppress(OSError):
            warn(failing)

    return tell


def carry_out(run: Path, manner: Manner, runner: Callable[[Watch], Status]) -> int:
    """Have `runner` carry a run out, and print how it ended; also where it was halted. Returns the exit code.

    Quiet: a run that does what its job foresees, or that another process has in hand, is no news.
    """
    with watching(manner, run) as watch:
        try:
            status = runner(watch)
        except (StoppedOnSchedule, RunBusy) as error:
            _print(status_of(run), manner, is_wrong=False, is_told=True)
            if manner.quiet:
                return error.exit_code
            raise
        except Outdated as error:
            # Nothing takes it up again, but what it has left can be planned anew.
            is_told = quoted(run) in str(error)
            _print(status_of(run), manner, is_wrong=True, is_told=is_told, onward=RETRY)
            raise
        except (Stopped, Refused) as error:
            # Deep down nobody knows the name of the run file, and so cannot give a command to paste.
            _print(status_of(run), manner, is_wrong=True, is_told=quoted(run) in str(error))
            raise
        _print(status, manner, is_wrong=exit_code(status) != EXIT_DONE)
        return exit_code(status)


def _print(
    status: Status, manner: Manner, *, is_wrong: bool, is_told: bool = False, onward: str = RESUME
) -> None:
    """Print a status; `is_told`: what to do next is told elsewhere. `onward` is what a stopped run is for."""
    if manner.as_json:
        print_json(status)
    elif is_wrong or not manner.quiet:
        print_outcomes(status)
        if status["state"] == "stopped" and not is_told:
            say(f"next: {onward.format(quoted(status['run']))}")
        elif status["state"] == "finished":
            say(f"next: bulkreset report {quoted(status['run'])} --out report.csv")
            opening = how_to_open(Path(status["run"]))
            if opening:
                say(opening)
