"""bulkreset handout open RUN [--identity FILE] --out CSV."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import run_argument
from bulkreset.cli.places import LOCAL_FILE
from bulkreset.cli.say import say
from bulkreset.shell import quoted


@click.command
@run_argument
@click.option(
    "--identity",
    type=LOCAL_FILE,
    metavar="FILE",
    help="The file of your age key, as `bulkreset handout keygen` made it.",
)
@click.option(
    "--environment",
    type=LOCAL_FILE,
    metavar="FILE",
    help="Read from AWS Secrets Manager with the access of this environment file, not with that of RUN.",
)
@click.option(
    "--out",
    required=True,
    type=LOCAL_FILE,
    metavar="CSV",
    help="The file to write, as `username,password`; only you can read it.",
)
def command(run: Path, identity: Path | None, environment: Path | None, out: Path) -> None:
    """Open the passwords of RUN with your key, and write them to a CSV file.

    Needs no access to AWS, but where the job stores its passwords in AWS Secrets Manager: then it needs no
    key. A password whose call was never answered may not be the user's: it is counted, and
    `bulkreset resume RUN` finds out.
    """
    from bulkreset.flow.handout import open_handout

    opened = open_handout(run, identity, out, environment)
    say(f"{opened.passwords + opened.uncertain:,} passwords in {out}")
    if opened.uncertain:
        say(
            f"{opened.uncertain:,} of them may not be in force: the answer to their call was lost; "
            f"`bulkreset resume {quoted(run)}` finds out, then open it again"
        )
    if opened.to_come:
        say(f"{opened.to_come:,} rows are still to come: open it again when the run is over")
