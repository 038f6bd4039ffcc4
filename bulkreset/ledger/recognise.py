"""Which files are run files, told by their first bytes: any name will do for one."""

from __future__ import annotations

from pathlib import Path

from bulkreset.ledger.schema import APPLICATION_ID

MAGIC = b"SQLite format 3\0"
APPLICATION_ID_AT = 68
"""Where SQLite keeps it: https://www.sqlite.org/fileformat.html"""


def is_run_file(path: Path) -> bool:
    """Whether the file says that it is one, whatever state it is in. False where it cannot be read."""
    try:
        with path.open("rb") as file:
            header = file.read(APPLICATION_ID_AT + 4)
    except OSError:
        return False
    return header.startswith(MAGIC) and header[APPLICATION_ID_AT:] == APPLICATION_ID.to_bytes(4, "big")
