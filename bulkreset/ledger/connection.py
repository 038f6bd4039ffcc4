"""Opening run files: for reading by anybody, for writing by the one runner that holds the lock."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from bulkreset.errors import InputError, Problem, RunBusy, Stopped
from bulkreset.ledger.faults import FAULTS, is_about_the_place, told
from bulkreset.ledger.schema import APPLICATION_ID, SCHEMA_VERSION
from bulkreset.mistaken import SQLITE, Sort, mistaken
from bulkreset.shell import quoted

READ_PATIENCE_SECONDS = 10.0

HEADER_BYTES = 100

LOCK_PATIENCE_SECONDS = 0.25
"""`is_running` holds the lock for an instant; who finds it so tries again."""


def open_read_only(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises InputError when `path` is no run file."""
    refuse_no_run(path)
    connection = _connect(path, "ro")
    _refuse_foreign(connection, path)
    return connection


@contextmanager
def open_for_writing(path: Path) -> Iterator[sqlite3.Connection]:
    """The one connection that writes; hold `lock_run` while it is open.

    When it closes, the run file is a single file again, unless somebody reads it at that moment.
    """
    refuse_no_run(path)
    connection = _connect(path, "rw")
    _refuse_foreign(connection, path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: a committed intent survives a power cut, or a message could be sent twice.
        connection.execute("PRAGMA synchronous = FULL")
        # A first commit, of what is there already: a -wal file that is missing from now on was lost.
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except FAULTS as error:
        _close(connection)
        if is_about_the_place(error):
            raise Stopped(f"{path} cannot be written ({error}); nothing was called") from error
        raise _damaged(path, told(error)) from error
    try:
        yield connection
    finally:
        _close(connection)


def _close(connection: sqlite3.Connection) -> None:
    with suppress(*FAULTS):
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()


@contextmanager
def lock_run(path: Path, patience_seconds: float = LOCK_PATIENCE_SECONDS) -> Iterator[None]:
    """Hold a run file against other runners; the system lets go if this process dies.

    Raises RunBusy when another process holds it, and goes on doing so.
    """
    refuse_no_run(path)
    lock = FileLock(_lock_path(path), mode=0o600)
    try:
        lock.acquire(timeout=patience_seconds)
    except Timeout:
        raise RunBusy(
            f"another process is running {path}; follow it with `bulkreset watch {quoted(path)}`"
        ) from None
    except OSError as error:
        raise InputError(
            Problem(f"no lock file can be made beside it: {error.strerror}", "make the folder writable", path)
        ) from error
    try:
        yield
    finally:
        lock.release()


def is_running(path: Path) -> bool:
    """Whether a runner holds the run. Asking takes the lock for an instant, in a way that others may share.

    Where that cannot be asked, somebody is believed to.
    """
    try:
        descriptor = os.open(_lock_path(path), os.O_RDONLY)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def _lock_path(path: Path) -> Path:
    real = path.resolve()
    return real.with_name(f"{real.name}.lock")


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


def refuse_no_run(path: Path) -> None:
    """Raise InputError where there is no file, or one that is plainly something else."""
    if path.is_dir():
        advice = f"`bulkreset runs {quoted(path)}` lists the runs in it"
        raise InputError(Problem("this is a folder, not a run file", advice, path))
    if not path.is_file():
        advice = (
            f"`bulkreset runs {quoted(path.parent)}` lists those that there are, "
            f"`bulkreset plan JOB --out {quoted(path)}` makes one"
        )
        raise InputError(Problem("there is no such run file", advice, path))
    problem = mistaken(path, Sort.RUN)
    if problem:
        raise InputError(problem)


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    try:
        _refuse_other_kinds(connection, path)
    except FAULTS as error:
        connection.close()
        if is_about_the_place(error):
            raise InputError(
                Problem(
                    f"this run file cannot be opened here ({error})",
                    f"copy it, with {path.name}-wal if that is there, to a folder that can be written",
                    path,
                )
            ) from error
        raise _damaged(path, told(error)) from error
    except BaseException:
        connection.close()
        raise


def _refuse_other_kinds(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    lost = missing_bytes(path)
    if lost:
        raise _damaged(path, f"its last {lost:,} bytes are missing")
    if application != APPLICATION_ID:
        raise InputError(
            Problem(
                "this is not a run file of bulkreset",
                f"`bulkreset runs {quoted(path.parent)}` lists those beside it",
                path,
            )
        )
    if version != SCHEMA_VERSION:
        raise InputError(
            Problem(
                f"this run file has schema version {version}; this bulkreset reads version {SCHEMA_VERSION}",
                "use the release that made it",
                path,
            )
        )


def _damaged(path: Path, why: str) -> InputError:
    return InputError(
        Problem(
            f"this is not a run file, or it is damaged: {why}",
            f"`bulkreset check {quoted(path)}` says more; restore it from a copy",
            path,
        )
    )


def missing_bytes(path: Path) -> int:
    """How many bytes the file lacks at its end, of those that it says it has.

    While there is a -wal file that cannot be told: pages may stand there.
    """
    real = path.resolve()
    wal = real.with_name(f"{real.name}-wal")
    if wal.is_file() and wal.stat().st_size:
        return 0
    with real.open("rb") as file:
        header = file.read(HEADER_BYTES)
    if not header.startswith(SQLITE):
        return 0
    page_size = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    return max(0, pages * (65_536 if page_size == 1 else page_size) - real.stat().st_size)
