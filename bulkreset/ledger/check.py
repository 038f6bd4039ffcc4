"""Whether a run file is whole: what `bulkreset check` looks at, part by part.

It changes nothing, and whatever a damaged file brings about is a finding.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bulkreset.errors import InputError
from bulkreset.ledger import contents
from bulkreset.ledger.connection import (
    HEADER_BYTES,
    is_running,
    missing_bytes,
    open_read_only,
    refuse_no_run,
)
from bulkreset.ledger.faults import NONSENSE, told

WAL_MODE = 2
"""The header's write version while a runner works, or after it was killed."""


class Severity(StrEnum):
    """`error`: the file is not as it was written. `warning`: something of it may be missing."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with which part of a run file; `detail` is for people."""

    severity: Severity
    what: str
    detail: str


PARTS: dict[str, Callable[[sqlite3.Connection], Iterator[str]]] = {
    "database": contents.database_faults,
    "schema": contents.schema_faults,
    "settings": contents.meta_faults,
    "plan": contents.plan_faults,
    "events": contents.event_faults,
    "steps": contents.step_faults,
    "counts": contents.count_faults,
    "handout": contents.handout_faults,
}


def check_run(path: Path) -> tuple[Finding, ...]:
    """Everything that is wrong with the run file; nothing, where it is whole.

    A run that is going on, or whose runner was killed, is whole with its -wal file. Raises InputError
    where there is no file.
    """
    refuse_no_run(path)
    try:
        return tuple(_findings(path))
    except OSError as error:
        return (Finding(Severity.ERROR, "file", f"it cannot be read: {error.strerror}"),)


def _findings(path: Path) -> Iterator[Finding]:
    if not path.stat().st_size:
        yield Finding(Severity.ERROR, "file", "it is empty")
        return
    yield from _wal_findings(path)
    lost = missing_bytes(path)
    if lost:
        yield Finding(Severity.ERROR, "file", f"its last {lost:,} bytes are missing")
    try:
        connection = open_read_only(path)
    except InputError as error:
        if not lost:
            yield Finding(Severity.ERROR, "file", error.problems[0].message)
        return
    with closing(connection):
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        connection.execute("BEGIN")  # one moment of a run that is going on
        for what, faults in PARTS.items():
            yield from _part_findings(what, faults, connection)


def _part_findings(
    what: str, faults: Callable[[sqlite3.Connection], Iterator[str]], connection: sqlite3.Connection
) -> Iterator[Finding]:
    try:
        for fault in faults(connection):
            yield Finding(Severity.ERROR, what, fault)
    except (sqlite3.Error, ArithmeticError, *NONSENSE) as error:
        yield Finding(Severity.ERROR, what, f"it cannot be read: {told(error)}")


def _wal_findings(path: Path) -> Iterator[Finding]:
    """A file that its runner did not close, without the -wal file that belongs to it."""
    real = path.resolve()
    with real.open("rb") as file:
        header = file.read(HEADER_BYTES)
    if header[18:19] != bytes([WAL_MODE]) or is_running(path):
        return
    wal = real.with_name(f"{real.name}-wal")
    # Whoever reads such a file makes an empty one.
    if not (wal.exists() and wal.stat().st_size):
        yield Finding(
            Severity.WARNING,
            "file",
            f"its runner did not end in order, and {wal.name} is not beside it: what was written last may be "
            "missing",
        )
