"""bulkreset continue RUN."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import run_argument
from bulkreset.shell import quoted


@click.command(name="continue")
@run_argument
def command(run: Path) -> int:
    """Let a run go on that was paused, or that waits for a go-ahead after a wave or after failures."""
    from bulkreset.cli.orders import order
    from bulkreset.control.orders import OrderKind

    return order(
        run,
        OrderKind.CONTINUE,
        "it goes on",
        f"the next run of its job takes it up, or `bulkreset resume {quoted(run)}` now",
    )
