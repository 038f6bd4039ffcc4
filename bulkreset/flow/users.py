"""users: those of a pool, or of a snapshot of it, as a manifest or as a snapshot."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bulkreset.clock import Clock
from bulkreset.errors import InputError, Refused, Stopped
from bulkreset.flow.places import fetched, sent
from bulkreset.flow.selecting import listed_in
from bulkreset.places import Place
from bulkreset.planning.selection import Lists, Selection, selected, selected_offline
from bulkreset.planning.snapshot import Snapshot, load_snapshot, refuse_another_file, save_snapshot
from bulkreset.reporting.pool_manifest import check_manifest_path, write_manifest
from bulkreset.secrets.age import seal
from bulkreset.settings.environment import Environment
from bulkreset.settings.loading import load_environment
from bulkreset.settings.select import Select
from bulkreset.unwritable import unwritable

ANY_GOAL = "sign-out"
"""The rows of `not_in` are read for who they name, whatever is to be done."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which users, and the files to write: a manifest of them, a snapshot of the whole pool.

    The snapshot is sealed to `recipients`, if there are any.
    """

    select: Select | None = None
    out: Place | None = None
    snapshot: Place | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """How many users were looked at and how; `matched` is None where nothing was asked of them."""

    looked_at: int
    matched: int | None
    read: str
    taken_at: float


@dataclass(frozen=True, slots=True)
class _Here:
    """The same, with files on this machine, and the rows of the other manifest."""

    select: Select | None
    out: Path | None
    snapshot: Path | None
    recipients: tuple[str, ...]
    not_in: pd.DataFrame | None


def users_of_pool(environment_path: Path, wanted: Wanted, clock: Clock) -> Found:
    """Read the environment's pool and write what is wanted. Raises InputError before anything is read."""
    environment = load_environment(environment_path)
    with _files(wanted, environment, clock) as here:
        return _read(environment, here, clock)


def _read(environment: Environment, wanted: _Here, clock: Clock) -> Found:
    from bulkreset.cognito.reading import scan_pool  # noqa: PLC0415 - boto3, which a snapshot spares
    from bulkreset.cognito.selecting import members_of, read_selected  # noqa: PLC0415 - the same
    from bulkreset.flow.access import open_access  # noqa: PLC0415 - the same

    access = open_access(environment, clock)
    directory = access.directory
    try:
        pool = directory.pool()
        access.share_with_others(environment, pool)
        if wanted.snapshot is None and wanted.select is not None:
            return _written(read_selected(directory, pool, wanted.select, wanted.not_in, clock), wanted)
        members = members_of(directory, wanted.select) if wanted.select else None
        snapshot = scan_pool(directory, pool, clock)
    except Stopped as error:
        raise Refused(f"{error}; check endpoint_url, the network and the proxy") from error
    finally:
        access.close()
    if wanted.snapshot is not None:
        with _writing(wanted.snapshot):
            save_snapshot(snapshot, wanted.snapshot, wanted.recipients)
    if wanted.select is None:
        return Found(len(snapshot.users), None, "the whole pool", snapshot.taken_at)
    return _written(_selection(snapshot, wanted.select, Lists(members, wanted.not_in)), wanted)


def users_of_snapshot(
    place: Place, identity: Path | None, environment_path: Path | None, wanted: Wanted, clock: Clock
) -> Found:
    """The same from a snapshot, without a call to the pool.

    The environment, if given, must be about its pool. It has to be given where a file is in S3.
    """
    environment = load_environment(environment_path) if environment_path is not None else None
    with _files(wanted, environment, clock) as here, fetched(place, environment, clock) as file:
        snapshot = load_snapshot(file.path, identity)
        if environment is not None and environment.pool_id != snapshot.pool.pool_id:
            raise InputError(
                f"the snapshot is of pool {snapshot.pool.pool_id} and the environment is about "
                f"{environment.pool_id}; leave --environment out, or take a snapshot of that pool"
            )
        if here.select is None:
            raise InputError("nothing is asked of the users; add a criterion, or --everyone")
        return _written(selected_offline(snapshot, here.select, here.not_in), here)


def _selection(snapshot: Snapshot, select: Select, lists: Lists) -> Selection:
    chosen = snapshot.users[selected(snapshot.users, select, snapshot.pool, lists)]
    return Selection(tuple(chosen["username"].tolist()), snapshot, len(snapshot.users), "the whole pool")


@contextmanager
def _files(wanted: Wanted, environment: Environment | None, clock: Clock) -> Iterator[_Here]:
    """Everything that is wanted, here. Raises InputError for what can be told to fail before a long read."""
    with ExitStack() as files:

        def here(place: Place | None) -> Path | None:
            return files.enter_context(sent(place, environment, clock, is_new=True)) if place else None

        out, snapshot = here(wanted.out), here(wanted.snapshot)
        if out is not None:
            check_manifest_path(out)
        if snapshot is not None:
            refuse_another_file(snapshot)
        if wanted.recipients:
            seal(b"", wanted.recipients)
        for path in (out, snapshot):
            if path is not None and not path.parent.is_dir():
                raise unwritable(path, FileNotFoundError(errno.ENOENT, f"there is no folder {path.parent}"))
        not_in = None
        if wanted.select and wanted.select.not_in:
            other = files.enter_context(fetched(wanted.select.not_in, environment, clock))
            not_in = listed_in(other.path, ANY_GOAL)
        yield _Here(wanted.select, out, snapshot, wanted.recipients, not_in)


def _written(selection: Selection, wanted: _Here) -> Found:
    users = selection.snapshot.users
    if wanted.out is not None:
        write_manifest(users[users["username"].isin(selection.usernames)], wanted.out)
    return Found(selection.looked_at, len(selection.usernames), selection.read, selection.snapshot.taken_at)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error
