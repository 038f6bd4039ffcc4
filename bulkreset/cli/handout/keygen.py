"""bulkreset handout keygen --out FILE."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.places import LOCAL_FILE
from bulkreset.cli.say import say


@click.command
@click.option(
    "--out",
    required=True,
    type=LOCAL_FILE,
    metavar="FILE",
    help="The file of the key to make, for your eyes only. It must not exist yet.",
)
def command(out: Path) -> None:
    """Make an age key for a hand-out, and print its recipient, which goes into the job.

    To be run where the passwords are opened later: the key in FILE never has to leave that machine. The `age`
    tool reads and makes such keys, too.
    """
    from bulkreset.flow.handout import make_key

    recipient = make_key(out)
    say(recipient)
    click.echo(f"the key is in {out}; write into the job: handout: {{recipients: [{recipient}]}}", err=True)
