"""bulkreset watch RUN."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from bulkreset.cli.options import run_argument
from bulkreset.cli.say import say
from bulkreset.errors import EXIT_DONE


@click.command
@run_argument
@click.option(
    "--every",
    type=click.FloatRange(min=0.2),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="How often to look.",
)
def command(run: Path, every: float) -> int:
    """Follow a run until it ends, whoever started it: how far it is, how fast, and what happens to it.

    It only reads; leaving it, with Ctrl-C, changes nothing for the run. The exit code is that of the run.
    """
    from bulkreset.cli.view import Lines, Panel, stays_in_place
    from bulkreset.clock import SystemClock
    from bulkreset.flow.follow import follow
    from bulkreset.flow.runs import next_command
    from bulkreset.reporting.status import ALIVE, exit_code

    with Panel() if stays_in_place() else Lines() as view:
        status = None
        with suppress(KeyboardInterrupt):
            for seen in follow(run, every, SystemClock()):
                view.show(seen)
                status = seen.status
    if status is None or status["state"] in ALIVE:
        return EXIT_DONE  # left by Ctrl-C: the run goes on
    upcoming = next_command(run, status["state"])
    if upcoming:
        say(f"next: {upcoming}")
    return exit_code(status)
