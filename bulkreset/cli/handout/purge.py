"""bulkreset handout purge RUN."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bulkreset.cli.options import run_argument
from bulkreset.cli.say import say
from bulkreset.errors import Refused


@click.command
@run_argument
@click.option("--yes", is_flag=True, help="Do not ask: the passwords are handed out, or not wanted.")
def command(run: Path, yes: bool) -> None:
    """Destroy the sealed passwords of RUN, for good. Everything else that RUN says of the run stays.

    What nobody has opened by then nobody will ever know. Copies of RUN keep theirs.
    """
    from bulkreset.clock import SystemClock
    from bulkreset.flow.handout import purge_handout

    if not yes:
        if not sys.stdin.isatty():
            raise Refused("whoever purges has to agree: add --yes")
        if not click.confirm(f"Destroy the sealed passwords in {run}?", err=True):
            raise Refused("nothing was purged")
    say(f"{purge_handout(run, SystemClock()):,} sealed passwords were destroyed")
