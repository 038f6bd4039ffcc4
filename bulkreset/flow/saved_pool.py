"""A snapshot file as the pool of a plan: of the right pool, and not too old for it."""

from __future__ import annotations

from pathlib import Path

from bulkreset.clock import Clock, iso
from bulkreset.errors import InputError, Refused
from bulkreset.flow.places import Here
from bulkreset.flow.source import SavedPool
from bulkreset.planning.snapshot import Snapshot, load_snapshot
from bulkreset.settings.durations import duration_text
from bulkreset.settings.loading import LoadedJob
from bulkreset.shell import quoted

CLOCKS_APART_SECONDS = 300.0
"""So far the clocks of two machines may be apart, of which one took the snapshot."""


def saved_pool(loaded: LoadedJob, file: Here, identity: Path | None, clock: Clock) -> SavedPool:
    """The pool as the file has it. Raises InputError for another pool, and Refused for an old snapshot."""
    snapshot = load_snapshot(file.path, identity)
    if snapshot.pool.pool_id != loaded.environment.pool_id:
        raise InputError(
            f"the snapshot is of pool {snapshot.pool.pool_id} and the environment is about "
            f"{loaded.environment.pool_id}; take a snapshot of that pool: `bulkreset users "
            f"--environment {quoted(loaded.environment_path)} --snapshot NEW`"
        )
    _refuse_old(loaded, snapshot, file.name, clock)
    told = {"path": file.name, "taken_at": snapshot.taken_at, **file.origin}
    return SavedPool(snapshot, loaded.environment, {"snapshot": told})


def _refuse_old(loaded: LoadedJob, snapshot: Snapshot, path: str, clock: Clock) -> None:
    age = clock.now() - snapshot.taken_at
    longest = loaded.environment.snapshot_max_age
    if age < -CLOCKS_APART_SECONDS:
        raise Refused(
            f"snapshot {path} was taken at {iso(snapshot.taken_at)}, which is still to come by the clock of "
            "this machine; set the clock"
        )
    if age > longest:
        raise Refused(
            f"snapshot {path} is {duration_text(age // 60 * 60)} old (taken at {iso(snapshot.taken_at)}) and "
            f"`snapshot_max_age` is {duration_text(longest)}; take a new one: `bulkreset users "
            f"--environment {quoted(loaded.environment_path)} --snapshot {quoted(path)}`"
        )
