"""Printing on stdout, which nobody may be reading any more, as `| head` stops doing."""

from __future__ import annotations

import os
import sys

import click


def say(text: str) -> None:
    """Print a line. Where nobody reads it is dropped: how a run ended must not depend on its readers."""
    try:
        click.echo(text)
    except BrokenPipeError:
        drop_stdout()


def drop_stdout() -> None:
    """Send everything from now on nowhere; the interpreter's last flush would complain otherwise."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
