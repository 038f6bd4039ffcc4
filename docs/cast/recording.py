# ruff: noqa: INP001 - docs are not a package
"""What a command prints on a terminal, and what the terminal then shows."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyte


class Run(NamedTuple):
    """Characters of one line in one style. `color` is one of pyte's names, or six hexadecimal digits."""

    column: int
    text: str
    color: str
    bold: bool


Line = tuple[Run, ...]


def recorded(arguments: Sequence[str], folder: Path, columns: int, rows: int) -> str:
    """Everything that the command writes to a terminal of this size."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    root = str(Path(__file__).parents[2])
    environ = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": root, "XDG_STATE_HOME": str(folder)}
    line = [sys.executable, "-m", "bulkreset", *arguments]
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), theirs)
    with subprocess.Popen(line, cwd=folder, env=environ, **streams) as process:  # noqa: S603 - our own command
        os.close(theirs)
        told = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    if process.returncode:
        sys.exit(f"the command ended with {process.returncode}: {told.decode()[-2000:]}")
    return told.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # how Linux tells that nobody has the other end any more
        return b""


class Screen:
    def __init__(self, columns: int, rows: int) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)

    def after(self, told: str) -> list[Line]:
        """The lines on the screen, once this was written to it."""
        self._stream.feed(told)
        return [self._line(row) for row in range(self._screen.lines)]

    def _line(self, row: int) -> Line:
        runs: list[Run] = []
        for column in range(self._screen.columns):
            cell = self._screen.buffer[row][column]
            last = runs[-1] if runs else None
            if last and (last.color, last.bold) == (cell.fg, cell.bold):
                runs[-1] = last._replace(text=last.text + cell.data)
            else:
                runs.append(Run(column, cell.data, cell.fg, cell.bold))
        return tuple(
            run._replace(column=run.column + len(run.text) - len(run.text.lstrip()), text=run.text.strip())
            for run in runs
            if run.text.strip()
        )
