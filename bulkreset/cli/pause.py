"""bulkreset pause RUN."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import run_argument
from bulkreset.shell import quoted


@click.command
@run_argument
def command(run: Path) -> int:
    """Have a run pause: what is in flight finishes, nothing new is called until `continue`.

    Without this command: make a file named RUN.pause, and remove it to go on.
    """
    from bulkreset.cli.orders import order
    from bulkreset.control.orders import OrderKind

    return order(
        run,
        OrderKind.PAUSE,
        f"paused; `bulkreset continue {quoted(run)}` goes on",
        f"cron leaves it alone until `bulkreset continue {quoted(run)}`; "
        f"`bulkreset resume {quoted(run)}` takes it up",
    )
