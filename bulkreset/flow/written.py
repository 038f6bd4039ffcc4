"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bulkreset.errors import InputError
from bulkreset.unwritable import unwritable


def write_file(out: Path, write: Callable[[Any], None], run: Path, *, is_binary: bool = False) -> None:
    """Have `write` make the file `out`, replacing what is there only once the new one is whole.

    It is given a file of bytes if it `is_binary`, and else of text. What is no plain file, such as a pipe or
    /dev/stdout, is written into. Raises InputError where nothing can be written, and for `run`, the run file
    that it is made from.
    """
    try:
        if out.resolve() == run.resolve():
            raise InputError(f"{out} is the run file itself; name another file")
        if out.exists() and not out.is_file() and not out.is_dir():
            _write(out, write, is_binary=is_binary)
        else:
            _replace(out.resolve(), write, is_binary=is_binary)
    except OSError as error:
        raise unwritable(out, error) from error


def _replace(out: Path, write: Callable[[Any], None], *, is_binary: bool) -> None:
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _write(partial, write, is_binary=is_binary)
        partial.replace(out)
    finally:
        with suppress(OSError):
            partial.unlink()


def _write(out: Path, write: Callable[[Any], None], *, is_binary: bool) -> None:
    try:
        with out.open("wb") if is_binary else out.open("w", encoding="utf-8", newline="") as file:
            write(file)
    except BrokenPipeError:
        pass  # whoever reads from a pipe, or from /dev/stdout, has read enough
