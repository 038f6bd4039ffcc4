"""bulkreset handout purge RUN."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bulkreset.cli.options import run_argument
from bulkreset.cli.places import LOCAL_FILE
from bulkreset.cli.say import say
from bulkreset.errors import Refused
from bulkreset.shell import quoted


@click.command
@run_argument
@click.option("--yes", is_flag=True, help="Do not ask: the passwords are handed out, or not wanted.")
@click.option("--now", is_flag=True, help="Secrets in AWS go at once; otherwise AWS keeps them for 7 days.")
@click.option(
    "--environment",
    type=LOCAL_FILE,
    metavar="FILE",
    help="Delete in AWS Secrets Manager with the access of this environment file, not with that of RUN.",
)
def command(run: Path, yes: bool, now: bool, environment: Path | None) -> None:
    """Destroy the passwords of RUN, for good. Everything else that RUN says of the run stays.

    What nobody has opened by then nobody will ever know. Copies of RUN keep what was sealed in them. Secrets
    that the run made in AWS Secrets Manager are deleted. Where RUN has not finished it cannot be resumed
    afterwards: `bulkreset retry` writes the rows that are left.
    """
    from bulkreset.clock import SystemClock
    from bulkreset.flow.handout import purge_handout, rows_left

    if not yes:
        if not sys.stdin.isatty():
            raise Refused("whoever purges has to agree: add --yes")
        left = rows_left(run)
        end = f", and end it with {left:,} rows left" if left else ""
        if not click.confirm(f"Destroy the passwords of {run}{end}?", err=True):
            raise Refused("nothing was purged")
    purged = purge_handout(run, SystemClock(), environment, at_once=now)
    if purged.secrets:
        say(f"{purged.secrets:,} secrets were deleted{'' if now else '; AWS keeps them for 7 days'}")
    else:
        say(f"{purged.passwords:,} sealed passwords were destroyed")
    if purged.left:
        say(
            f"the run cannot be resumed; `bulkreset retry {quoted(run)}` writes the {purged.left:,} rows left"
        )
