"""Faults of the file itself, told as what they mean for the run: it stopped, or the file is damaged."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from bulkreset.errors import Refused, Stopped

ABOUT_THE_PLACE = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_NOLFS,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    }
)
"""The file may be sound: its disk, its folder or another process is in the way."""

FAULTS = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What SQLite raises, and Python where SQLite's own message quotes bytes that are no text."""

NONSENSE = (ValueError, TypeError, LookupError, AttributeError)
"""What reading values raises that nobody wrote."""

DAMAGED = (
    "the run file is damaged ({}); `bulkreset check RUN` says what is wrong. Keep it as evidence, restore a "
    "copy of it, with its -wal file if it has one, and `bulkreset resume COPY`"
)


def is_about_the_place(error: Exception) -> bool:
    # The low byte is the fault, the rest says more of it. What Python raises by itself has no code: text
    # that is no text, and its message quotes that.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in ABOUT_THE_PLACE


def told(error: Exception) -> str:
    """What is wrong, without quoting anything that the file holds."""
    is_sqlites = isinstance(error, sqlite3.Error) and hasattr(error, "sqlite_errorcode")
    return str(error) if is_sqlites else "it holds values that nobody wrote"


@contextmanager
def while_writing() -> Iterator[None]:
    """Raises Stopped where the file cannot be written, and Refused where it is damaged."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except FAULTS as error:
        if not is_about_the_place(error):
            raise Refused(DAMAGED.format(told(error))) from error
        raise Stopped(
            f"the run file cannot be written ({error}); nothing was called that it does not hold. "
            "Make room for it, then `bulkreset resume RUN`"
        ) from error


@contextmanager
def while_reading() -> Iterator[None]:
    """Raises Stopped where the file cannot be read, and Refused where it is damaged."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.DatabaseError as error:
        if not is_about_the_place(error):
            raise Refused(DAMAGED.format(told(error))) from error
        raise Stopped(f"the run file cannot be read ({error}); try again") from error
    except NONSENSE as error:
        raise Refused(DAMAGED.format(told(error))) from error
