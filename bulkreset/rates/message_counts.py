"""The file in which runs write down how many messages they sent: one number per day, medium and run.

A reader sees a whole file or none, since it is replaced and never rewritten; writers keep each other out
by the lock beside it. It is not synced to the disk: a run that goes on counts its own messages anew.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bulkreset.rates.locked import locked, open_private

Key = tuple[str, str, str]
"""Day, medium, run."""

VERSION = 1


class MessageCounts:
    """The counts in the file at `path`, which is made when first written.

    Every method raises OSError where the file cannot be used. One that cannot be understood is put aside,
    which `damage` tells.
    """

    def __init__(self, path: Path) -> None:
        self.damage = ""
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._counts: Mapping[Key, int] = {}

    def read(self) -> Mapping[Key, int]:
        try:
            return self._read()
        except ValueError:
            with self.held() as counts:
                return counts

    @contextmanager
    def held(self) -> Iterator[Mapping[Key, int]]:
        """Keep other writers out, from reading the counts to changing them."""
        lock = open_private(self._path.with_name(f"{self._path.name}.lock"))
        try:
            with locked(lock):
                yield self._read_or_put_aside()
        finally:
            os.close(lock)

    def put(self, counts: Mapping[Key, int]) -> None:
        """Replace all counts. Only while the file is held."""
        if counts == self._counts:
            return
        new = self._path.with_name(f"{self._path.name}.new")
        with os.fdopen(open_private(new, os.O_TRUNC), "w", encoding="ascii") as text:
            json.dump({"version": VERSION, "days": _nested(counts)}, text, indent=1, sort_keys=True)
        new.replace(self._path)
        self._counts, self._seen = counts, self._identity()

    def _read(self) -> Mapping[Key, int]:
        """What the file says; read only where it is another one than before."""
        identity = self._identity()
        if identity is None or identity != self._seen:
            self._counts = {} if identity is None else _flat(json.loads(self._path.read_bytes()))
            self._seen = identity
        return self._counts

    def _read_or_put_aside(self) -> Mapping[Key, int]:
        try:
            return self._read()
        except ValueError as error:
            aside = self._path.replace(self._path.with_name(f"{self._path.name}.damaged"))
            self.damage = (
                f"{self._path} was damaged ({error}); it is now {aside.name}, and counting began anew"
            )
            return self._read()

    def _identity(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            if not self._path.parent.is_dir():
                raise
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size


def _nested(counts: Mapping[Key, int]) -> dict[str, dict[str, dict[str, int]]]:
    days: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for (day, medium, run), count in counts.items():
        days[day][medium][run] = count
    return days


def _flat(document: object) -> dict[Key, int]:
    """The counts of a document. Raises ValueError where it is not one of ours."""
    match document:
        case {"version": version, "days": dict() as days} if version == VERSION:
            return {
                (day, medium, run): _count(count)
                for day, media in days.items()
                for medium, runs in _mapping(media).items()
                for run, count in _mapping(runs).items()
            }
        case _:
            raise ValueError("these are no counts of messages")


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ValueError("these are no counts of messages")  # noqa: TRY004 - of a file, not of an argument
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("a count is no number")
    return value
