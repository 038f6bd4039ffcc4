"""Printing on stdout, which may be closed, or full, or read by nobody any more, as `| head` stops doing."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import click

from bulkreset.errors import InputError


def say(text: str) -> None:
    """Print a line. Where that fails it is dropped: how a run ended must not depend on its readers."""
    try:
        click.echo(text)
    except BrokenPipeError:
        drop_stdout()
    except OSError as error:
        drop_stdout()
        with suppress(OSError):
            click.echo(f"bulkreset: stdout cannot be written: {error.strerror}", err=True)


def drop_stdout() -> None:
    """Send everything from now on nowhere; the interpreter's last flush would complain otherwise."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def utf8_stdout() -> Iterator[TextIO]:
    """Stdout for a whole file, in UTF-8 and with its own line ends. What nobody reads is dropped.

    Raises InputError where it cannot be written.
    """
    if sys.stdout is None:
        raise InputError("stdout is closed, and nothing else was named to write to; add --out FILE")
    file = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="", write_through=True)
    try:
        yield file
        file.flush()
    except BrokenPipeError:
        drop_stdout()
    except OSError as error:
        drop_stdout()
        raise InputError(f"stdout cannot be written: {error.strerror}") from error
    finally:
        file.detach()


def stdout_encoding() -> str | None:
    """How stdout writes characters; None where it is closed."""
    return getattr(sys.stdout, "encoding", None)
