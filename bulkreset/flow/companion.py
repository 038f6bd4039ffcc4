"""A second file beside a report, for what the report itself has no room for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from bulkreset.errors import InputError
from bulkreset.reporting.base import Companion

ENDING = ".rows.csv.gz"


@contextmanager
def companion_of(out: Path, run: Path) -> Iterator[Companion | None]:
    """The companion of the file `out`; None where `out` is no plain file, such as a pipe.

    It stands under its name, whole, where it was opened and no error came; otherwise there is nothing of it.
    """
    if out.exists() and not out.is_file():
        yield None
        return
    real = out.resolve()
    place = real.with_name(f"{real.stem}{ENDING}")
    partial = place.with_name(f".{place.name}.{os.getpid()}.partial")
    opened: list[BinaryIO] = []

    def begin() -> BinaryIO:
        if place == run.resolve():
            raise InputError(f"{place} is the run file itself; name another file")
        opened.append(os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb"))
        return opened[0]

    try:
        yield Companion(place.name, begin)
        for file in opened:
            file.close()
            partial.replace(place)
    finally:
        for file in opened:
            file.close()
        with suppress(OSError):
            partial.unlink()
