"""The pace of one category in a small file, shared by all processes of one machine.

CLOCK_MONOTONIC is one clock for all processes of a boot, so times can be compared between them. What
the file says is ignored when it comes from another boot, is torn, or makes no sense; losing it costs
nothing but a moment's evenness, so it is never synced to the disk.
"""

from __future__ import annotations

import errno
import os
import struct
import weakref
import zlib
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from bulkreset.rates.locked import locked, open_private
from bulkreset.rates.pace import MOST_TAKERS, Pace, Taker
from bulkreset.rates.register import LocalRegister

FARTHEST_SECONDS = 60.0
"""No slot is handed out so far ahead by anybody in his right mind."""

HEAD = struct.Struct("<8s16sd")
TAKER = struct.Struct("<Qddd")
CHECK = struct.Struct("<I")
MARK = b"pace\x00\x00\x00\x01"
SIZE = HEAD.size + MOST_TAKERS * TAKER.size + CHECK.size

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class SharedRegister:
    """The pace in the file at `path`, which is made when first needed.

    Where the file cannot be used, `trouble` says why, and this process goes by itself for good.
    """

    def __init__(self, path: Path) -> None:
        self.trouble = ""
        self._path = path
        self._boot = _boot_id()
        self._file: int | None = None
        self._close: weakref.finalize[[int], SharedRegister] | None = None
        self._alone = LocalRegister()

    def look(self, now: float) -> Pace:
        return self._at_file(now, None) or self._alone.look(now)

    def change(self, now: float, step: Callable[[Pace], Pace]) -> Pace:
        return self._at_file(now, step) or self._alone.change(now, step)

    def _at_file(self, now: float, step: Callable[[Pace], Pace] | None) -> Pace | None:
        """Read the pace and, given a step, write what comes of it; None where the file is of no use."""
        if self.trouble:
            return None
        try:
            file = self._opened()
            with locked(file):
                pace = self._read(file, now)
                if step is not None:
                    pace = step(pace)
                    self._write(file, pace)
                return pace
        except OSError as error:
            self.trouble = f"{self._path}: {error.strerror}; quotas are not shared with other runs"
            return None

    def _opened(self) -> int:
        """The open file; anew if somebody removed it, since other processes would make another one."""
        if self._file is not None and os.fstat(self._file).st_nlink:
            return self._file
        if self._close is not None:
            self._close()
        file = open_private(self._path)
        self._file, self._close = file, weakref.finalize(self, os.close, file)
        return file

    def _read(self, file: int, now: float) -> Pace:
        record = os.pread(file, SIZE + 1, 0)
        pace = _unpacked(record, self._boot)
        return pace if pace.last <= now + FARTHEST_SECONDS else Pace()

    def _write(self, file: int, pace: Pace) -> None:
        if os.fstat(file).st_size > SIZE:
            os.ftruncate(file, SIZE)
        if os.pwrite(file, _packed(pace, self._boot), 0) != SIZE:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _packed(pace: Pace, boot: bytes) -> bytes:
    takers = b"".join(
        TAKER.pack(each.run, each.asked_at, each.slot, each.rate_per_second) for each in pace.takers
    )
    content = HEAD.pack(MARK, boot, pace.last) + takers.ljust(MOST_TAKERS * TAKER.size, b"\0")
    return content + CHECK.pack(zlib.crc32(content))


def _unpacked(record: bytes, boot: bytes) -> Pace:
    content, check = record[: -CHECK.size], record[-CHECK.size :]
    if len(record) != SIZE or CHECK.pack(zlib.crc32(content)) != check:
        return Pace()
    mark, written_in, last = HEAD.unpack_from(content)
    if mark != MARK or written_in != boot:
        return Pace()
    takers = (Taker(*fields) for fields in TAKER.iter_unpack(content[HEAD.size :]))
    return Pace(last, tuple(taker for taker in takers if taker.run))


def _boot_id() -> bytes:
    """Which boot this is; without a name for it, leftovers are told by their times alone."""
    try:
        return UUID(BOOT_ID.read_text("ascii").strip()).bytes
    except (OSError, ValueError):
        return bytes(16)
