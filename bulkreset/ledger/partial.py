"""The file in which a new run is made, until it is whole and takes the run's name.

Its maker holds a lock on it, so that what a killed one left can be told from what is being made, in
another container too. SQLite locks in another way and takes no notice.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


class PartialFile:
    """A file beside `target`, readable by its owner alone. Methods raise OSError as the system does."""

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(f".{target.name}.{os.getpid()}.partial")
        self._target = target
        self._descriptor = -1

    def create(self) -> None:
        """Make it, empty; what killed processes left of the same target goes."""
        for stale in self._others():
            _unlink_unless_locked(stale)
        while self._descriptor < 0:
            descriptor = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            with suppress(OSError):  # a file system that has no locks
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if _is(self.path, descriptor):
                self._descriptor = descriptor
            else:  # taken for stale between those two lines
                os.close(descriptor)

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self._close()

    def sync(self) -> None:
        os.fsync(self._descriptor)

    def put_in_place(self) -> None:
        """Rename without replacing: raises FileExistsError when somebody made the target meanwhile."""
        try:
            os.link(self.path, self._target)
        except FileExistsError:
            raise
        except OSError:
            # A file system without hard links: here a target could be replaced, if it appeared within
            # this moment.
            self.path.rename(self._target)
        else:
            self.path.unlink()
        folder = os.open(self._target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._close()

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _others(self) -> Iterator[Path]:
        pattern = re.compile(rf"\.{re.escape(self._target.name)}\.\d+\.partial")
        for path in self._target.parent.iterdir():
            if pattern.fullmatch(path.name):
                yield path


def _unlink_unless_locked(path: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
        finally:
            os.close(descriptor)


def _is(path: Path, descriptor: int) -> bool:
    """Whether the file of that name is still the one that is open."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
