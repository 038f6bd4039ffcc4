"""Compression beside the work of making what is compressed: zlib lets other threads run meanwhile."""

from __future__ import annotations

import io
import zlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import BinaryIO, Self

GZIP = 31
"""zlib's window bits of a gzip file."""

MOST_WAITING = 8


class BackgroundGzip(io.RawIOBase):
    """Takes bytes, best in large pieces, and writes them to `file` as gzip: whole after the `with`."""

    def __init__(self, file: BinaryIO, level: int) -> None:
        self._file = file
        self._compressor = zlib.compressobj(level, zlib.DEFLATED, GZIP)
        self._pool = ThreadPoolExecutor(1, "gzip")
        self._waiting: deque[Future[None]] = deque()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # whatever has bytes
        self._waiting.append(self._pool.submit(self._compress, piece))
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popleft().result()
        return len(piece)

    def _compress(self, piece: bytes) -> None:
        self._file.write(self._compressor.compress(piece))

    def finish(self) -> None:
        """Write what is left. Raises what kept a piece from being written."""
        while self._waiting:
            self._waiting.popleft().result()
        self._file.write(self._compressor.flush())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.finish()
        finally:
            self._pool.shutdown()
