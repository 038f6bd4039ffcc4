"""users: read a whole pool into a snapshot file."""

from __future__ import annotations

from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.cognito.reading import scan_pool
from bulkreset.errors import InputError, Refused, Stopped
from bulkreset.flow.access import open_access
from bulkreset.planning.snapshot import save_snapshot
from bulkreset.settings.loading import load_environment


def take_snapshot(environment_path: Path, snapshot_path: Path, clock: Clock) -> int:
    """Save every user of the environment's pool; returns how many there are."""
    access = open_access(load_environment(environment_path), clock)
    try:
        snapshot = scan_pool(access.directory, access.directory.pool(), clock)
    except Stopped as error:
        raise Refused(f"{error}; check endpoint_url, the network and the proxy") from error
    try:
        save_snapshot(snapshot, snapshot_path)
    except OSError as error:
        raise InputError(f"{snapshot_path} cannot be written: {error.strerror}") from error
    return len(snapshot.users)
