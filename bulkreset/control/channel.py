"""The files beside a run file by which it is steered.

`RUN.control` takes orders, one line each; the runner reads on from where it was. `RUN.pause` and
`RUN.stop` are marks: anybody can make one with `touch`, and they hold for as long as they are there.
Orders do not go into the run file itself: SQLite is sure of one writer only, and that is the runner.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bulkreset.control.orders import Order, order_from_line, order_line
from bulkreset.errors import InputError, Problem

MOST_BYTES_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A file that steers by being there: whose it is, and since when in epoch seconds."""

    name: str
    by: str
    at: float


class Channel:
    """The orders and marks of one run file."""

    def __init__(self, run: Path) -> None:
        real = run.resolve()
        self._run_path = real
        self.orders_path = real.with_name(f"{real.name}.control")
        self._pause_path = real.with_name(f"{real.name}.pause")
        self._stop_path = real.with_name(f"{real.name}.stop")

    def give(self, order: Order) -> None:
        """Add an order. Raises InputError where the file cannot be written."""
        line = (order_line(order) + "\n").encode("utf-8")
        try:
            file = os.open(self.orders_path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                self._give_to_owner(file)
                size = os.fstat(file).st_size
                # A line that a full disk cut off must not swallow this one.
                torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
                os.write(file, b"\n" + line if torn else line)
            finally:
                os.close(file)
        except OSError as error:
            raise InputError(
                Problem(
                    f"the order cannot be written: {error.strerror}",
                    "give it as the user who runs the job",
                    self.orders_path,
                )
            ) from error

    def size(self) -> int:
        """How many bytes of orders were given so far."""
        try:
            return self.orders_path.stat().st_size
        except OSError:
            return 0

    def read(self, after: int, until: int | None = None) -> tuple[list[Order], int]:
        """The orders from byte `after` on, and up to where that was. A line still being written waits.

        Those from byte `until` on wait, too. A file in which no line ends at `after` is another one than
        before, and is read from its beginning.

        Raises OSError where there are orders that cannot be read.
        """
        try:
            size = self.orders_path.stat().st_size
            if size == after:
                return [], after
            with self.orders_path.open("rb") as file:
                start = after if size > after and _line_ends_at(file, after) else 0
                file.seek(start)
                most = MOST_BYTES_AT_ONCE if until is None else min(MOST_BYTES_AT_ONCE, until - start)
                text = file.read(max(0, most))
        except FileNotFoundError:
            return [], after
        whole, newline, _ = text.rpartition(b"\n")
        orders = list(_orders(whole)) if newline else []
        return orders, start + len(whole) + len(newline)

    def _give_to_owner(self, file: int) -> None:
        """An order of the superuser's is for the runner to read, and the file for its user to write."""
        with suppress(OSError):
            owner = self._run_path.stat()
            os.fchown(file, owner.st_uid, owner.st_gid)

    def pause_mark(self) -> Mark | None:
        return _mark(self._pause_path)

    def stop_mark(self) -> Mark | None:
        return _mark(self._stop_path)


def _line_ends_at(file: BinaryIO, place: int) -> bool:
    file.seek(max(0, place - 1))
    return place == 0 or file.read(1) == b"\n"


def _orders(text: bytes) -> Iterator[Order]:
    for line in text.decode("utf-8", "replace").splitlines():
        order = order_from_line(line)
        if order is not None:
            yield order


def _mark(path: Path) -> Mark | None:
    try:
        found = path.stat()
    except OSError:
        return None
    try:
        owner = pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        owner = str(found.st_uid)
    return Mark(path.name, owner, found.st_mtime)
