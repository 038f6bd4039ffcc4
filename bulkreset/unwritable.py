"""What to say where a file that a command makes cannot be written."""

from __future__ import annotations

import errno
from pathlib import Path

from bulkreset.errors import InputError, Problem
from bulkreset.shell import quoted

NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
NO_FILE = (errno.EISDIR, errno.ENOTDIR)


def unwritable(path: Path, error: OSError) -> InputError:
    """The error to raise, with what to do about it."""
    return InputError(Problem(f"{path} cannot be written: {error.strerror}", _advice(path, error)))


def _advice(path: Path, error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return f"make the folder first: `mkdir -p {quoted(path.parent)}`"
    if error.errno in NO_RIGHT:
        return "name a file in a folder that you may write to"
    if error.errno in NO_ROOM:
        return "make room there, or name a file on another disk"
    if error.errno in NO_FILE:
        return "name a file, in a folder that there is"
    return "name a file in another place"
