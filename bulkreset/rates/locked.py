"""Holding a file against other processes, for moments. The system lets go of it when its holder dies."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

TRIES = 4000
PAUSE_SECONDS = 0.0005
"""Two seconds in all: nobody holds such a file for a thousandth of that, but a suspended process could."""


@contextmanager
def locked(file: int) -> Iterator[None]:
    """Hold an open file. Raises TimeoutError, an OSError, where somebody else does not let go."""
    for _ in range(TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            # Real time, not a clock's: it is the other process that is waited for.
            time.sleep(PAUSE_SECONDS)
    else:
        raise TimeoutError(errno.ETIMEDOUT, "another process holds it and does not let go")
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)


def open_private(path: os.PathLike[str], flags: int = 0) -> int:
    """Open a file that only its owner may read, for reading and writing; it is made where missing."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | flags, 0o600)
