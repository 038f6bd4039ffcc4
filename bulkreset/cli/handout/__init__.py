"""bulkreset handout: the sealed passwords of a run, for those who hand them out."""

from __future__ import annotations

import click

from bulkreset.cli.lazy import LazyGroup

COMMANDS = {
    "keygen": "Make a key for a hand-out, and print what to write into the job",
    "open": "Write the passwords of a run, on the recipient's machine",
    "purge": "Destroy the sealed passwords of a run",
}
"""Every command with its line of help; each is the `command` of a module of this package."""


class HandoutCommands(LazyGroup):
    package = "bulkreset.cli.handout"
    lines = COMMANDS


@click.command(cls=HandoutCommands)
def command() -> None:
    """Open or destroy the sealed passwords of a run, or make the key that opens them."""
