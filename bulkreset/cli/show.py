"""bulkreset show RUN."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import run_argument
from bulkreset.cli.say import say


@click.command
@run_argument
def command(run: Path) -> None:
    """Show the plan in RUN: how many users per decision and why, how long, how many messages."""
    from bulkreset.cli.approval_text import approval_text
    from bulkreset.cli.plan_text import plan_text
    from bulkreset.clock import SystemClock
    from bulkreset.flow.report import estimate_of, reading

    with reading(run) as reader:
        for line in plan_text(reader, estimate_of(reader)):
            say(line)
        for line in approval_text(reader, run, SystemClock()):
            say(line)
