"""Opening run files: for reading by anybody, for writing by the one runner that holds the lock."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from bulkreset.errors import InputError, Problem, RunBusy, Stopped
from bulkreset.ledger.schema import APPLICATION_ID, SCHEMA_VERSION

READ_PATIENCE_SECONDS = 10.0


def open_read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises InputError when `path` is no run file."""
    _refuse_missing(path)
    connection = _connect(path, "ro")
    _refuse_foreign(connection, path)
    return connection


@contextmanager
def open_for_writing(path: Path) -> Iterator[sqlite3.Connection]:
    """The one connection that writes; hold `lock_run` while it is open.

    When it closes, the run file is a single file again, unless somebody reads it at that moment.
    """
    _refuse_missing(path)
    connection = _connect(path, "rw")
    _refuse_foreign(connection, path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        connection.close()
        raise Stopped(f"{path} cannot be written ({error}); nothing was called") from error
    # FULL: a committed intent survives a power cut, or a message could be sent twice.
    connection.execute("PRAGMA synchronous = FULL")
    try:
        yield connection
    finally:
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA journal_mode = DELETE")
        connection.close()


@contextmanager
def lock_run(path: Path) -> Iterator[None]:
    """Hold a run file against other runners; the system lets go if this process dies.

    Raises RunBusy when another process holds it.
    """
    _refuse_missing(path)
    real = path.resolve()
    lock = FileLock(real.with_name(f"{real.name}.lock"), mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunBusy(
            f"another process is running {path}; follow it with `bulkreset status {path}`"
        ) from None
    except OSError as error:
        raise InputError(
            Problem(f"no lock file can be made beside it: {error.strerror}", "make the folder writable", path)
        ) from error
    try:
        yield
    finally:
        lock.release()


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path.resolve()))}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=READ_PATIENCE_SECONDS,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    return connection


def _refuse_missing(path: Path) -> None:
    if not path.is_file():
        raise InputError(Problem("there is no such run file", "make one with `bulkreset plan`", path))


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.OperationalError as error:
        connection.close()
        raise InputError(
            Problem(
                f"this run file cannot be opened here ({error})",
                f"copy it, with {path.name}-wal if that is there, to a folder that can be written",
                path,
            )
        ) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise InputError(
            Problem("this is not a run file, or it is damaged", "restore it from a copy", path)
        ) from error
    if application != APPLICATION_ID:
        connection.close()
        raise InputError(
            Problem("this is not a run file of bulkreset", "make one with `bulkreset plan`", path)
        )
    if version != SCHEMA_VERSION:
        connection.close()
        raise InputError(
            Problem(
                f"this run file has schema version {version}; this bulkreset reads version {SCHEMA_VERSION}",
                "use the release that made it",
                path,
            )
        )
