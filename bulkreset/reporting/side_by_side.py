"""Texts that grow at the same time, kept in one file: a process may not have one open for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import BinaryIO

PIECE_CHARACTERS = 1 << 16


class Growing:
    """One of them. `head` is where to write; what it holds goes into the file once it is long."""

    def __init__(self, file: BinaryIO) -> None:
        self.head = StringIO(newline="")
        self._file = file
        self._pieces: list[tuple[int, int]] = []

    def settle(self) -> None:
        """Put what was written into the file, if it is long. To be called now and then."""
        if self.head.tell() < PIECE_CHARACTERS:
            return
        piece = self.head.getvalue().encode()
        self._pieces.append((self._file.seek(0, 2), len(piece)))
        self._file.write(piece)
        self.head.seek(0)
        self.head.truncate()

    def pieces(self) -> Iterator[str]:
        """All that was written, in order."""
        for place, length in self._pieces:
            self._file.seek(place)
            yield self._file.read(length).decode()
        yield self.head.getvalue()
