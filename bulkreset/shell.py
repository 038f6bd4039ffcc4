"""Commands that messages name, so that they can be pasted into a shell."""

from __future__ import annotations

import shlex
from pathlib import Path


def quoted(path: Path | str) -> str:
    """A path as one word of a command, whatever it holds."""
    return shlex.quote(str(path))
