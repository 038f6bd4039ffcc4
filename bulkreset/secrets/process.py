"""A process that holds secrets leaves no image of its memory behind."""

from __future__ import annotations

import ctypes
import resource
import sys
from contextlib import suppress

PR_SET_DUMPABLE = 4
"""prctl(2): with 0 no core is dumped, whatever the limit and whoever collects cores, and no other process of
the user may read the memory."""


def leave_no_core() -> None:
    """Have this process dump no core from now on. Does what the system offers, and never fails."""
    with suppress(OSError, ValueError):
        # The hard limit stays: whoever starts processes from here may want cores of those.
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
