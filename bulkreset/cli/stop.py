"""bulkreset stop RUN."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import run_argument
from bulkreset.shell import quoted


@click.command
@run_argument
def command(run: Path) -> int:
    """Have a run stop: what is in flight finishes, then its process exits with code 4.

    Without this command: make a file named RUN.stop, and remove it to let the run go on.
    """
    from bulkreset.cli.orders import order
    from bulkreset.control.orders import OrderKind

    return order(
        run,
        OrderKind.STOP,
        f"it stops; `bulkreset resume {quoted(run)}` goes on",
        f"cron leaves it alone until `bulkreset continue {quoted(run)}`; "
        f"`bulkreset resume {quoted(run)}` takes it up",
    )
