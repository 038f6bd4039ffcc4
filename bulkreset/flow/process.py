"""Who runs this, where: kept in the run file with everything that is done."""

from __future__ import annotations

import getpass
import os
import socket


def this_process() -> dict[str, str | int]:
    return {"user": _user(), "host": socket.gethostname(), "pid": os.getpid()}


def _user() -> str:
    """The user's name; a container often has none for its user id."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
