"""Printing on stdout, which nobody may be reading any more, as `| head` stops doing."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

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


@contextmanager
def utf8_stdout() -> Iterator[TextIO]:
    """Stdout for a whole file, in UTF-8 and with its own line ends. What nobody reads is dropped."""
    file = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=True)
    try:
        yield file
        file.flush()
    except BrokenPipeError:
        drop_stdout()
    finally:
        file.detach()
