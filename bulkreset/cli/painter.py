"""Keeps a few lines in place on a terminal, and sends only what changed: a slow line is enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from bulkreset.cli.line_changes import ERASE_LINE, line_changes

UP = "\x1b[{}A"
ERASE_BELOW = "\x1b[J"
HIDE_CURSOR = "\x1b[?25l"
SHOW_CURSOR = "\x1b[?25h"


class Painter:
    """Lines at the end of what a terminal shows. The cursor rests below them."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._shown: tuple[str, ...] = ()
        self._size = (0, 0)

    def begin(self) -> None:
        self._send(HIDE_CURSOR)

    def end(self) -> None:
        self._send(SHOW_CURSOR)

    def paint(self, lines: Sequence[str], columns: int, rows: int) -> None:
        """Show these lines where the last ones were; none is wider than `columns`, and fewer than `rows`."""
        new = tuple(lines)
        if (columns, rows) != self._size:
            # What was shown has been wrapped or moved, and nobody knows how: it stays, and these come below.
            self._shown, self._size = (), (columns, rows)
        if new == self._shown:
            return
        same = next(
            (number for number, (a, b) in enumerate(zip(self._shown, new, strict=False)) if a != b),
            min(len(self._shown), len(new)),
        )
        parts = []
        if len(self._shown) > same:
            parts.append(UP.format(len(self._shown) - same) + "\r")
        for number, line in enumerate(new[same:], start=same):
            is_new = number >= len(self._shown)
            parts.append(f"{line}{ERASE_LINE}" if is_new else line_changes(self._shown[number], line))
            parts.append("\n")
        if len(self._shown) > len(new):
            parts.append(ERASE_BELOW)
        self._shown = new
        self._send("".join(parts))

    def _send(self, text: str) -> None:
        self._file.write(text)
        self._file.flush()
