"""The pool as it was read at one moment: a table of users, kept in memory or in a Parquet file."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bulkreset.errors import InputError, Problem
from bulkreset.pool import PoolFacts, facts_from_json
from bulkreset.users import UserState

FORMAT = 1
METADATA_KEY = b"bulkreset.snapshot"
COLUMNS = tuple(field.name for field in dataclasses.fields(UserState))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The users that were read, and the facts of their pool.

    `users` has the fields of `UserState` as columns, one row per user. `taken_at` is in epoch
    seconds. `whole_pool` says whether every user of the pool is in it.
    """

    pool: PoolFacts
    users: pd.DataFrame
    taken_at: float
    whole_pool: bool


def users_frame(users: Iterable[UserState]) -> pd.DataFrame:
    """Users as a table, each username once; of two descriptions of one user the later one counts."""
    by_username = {user.username: user for user in users}
    columns = {name: [getattr(user, name) for user in by_username.values()] for name in COLUMNS}
    return pd.DataFrame(columns).astype(
        {
            "enabled": bool,
            "email_verified": bool,
            "phone_number_verified": bool,
            "modified_at": float,
            "username": str,
            "sub": str,
            "status": str,
            "email": str,
            "phone_number": str,
            "preferred_mfa": str,
        }
    )


def save_snapshot(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot of a whole pool, readable by its owner alone: it holds personal data."""
    if path.exists():
        load_snapshot(path)  # anything else of this name is not ours to replace
    about = {
        "format": FORMAT,
        "pool": dataclasses.asdict(snapshot.pool),
        "taken_at": snapshot.taken_at,
        "whole_pool": snapshot.whole_pool,
    }
    table = pa.Table.from_pandas(snapshot.users, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), METADATA_KEY: json.dumps(about)})
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600, exist_ok=False)
    try:
        pq.write_table(table, partial, compression="zstd")
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load_snapshot(path: Path) -> Snapshot:
    """Read what `save_snapshot` wrote. Raises InputError for anything else."""
    try:
        table = pq.read_table(path)
        about = json.loads(table.schema.metadata[METADATA_KEY])
    except (OSError, pa.ArrowInvalid, KeyError, TypeError) as error:
        raise InputError(
            Problem("this is no snapshot of a pool", "make one with `bulkreset users --snapshot`", path)
        ) from error
    if about["format"] != FORMAT:
        raise InputError(Problem("this snapshot is from another version", "take a new one", path))
    return Snapshot(facts_from_json(about["pool"]), table.to_pandas(), about["taken_at"], about["whole_pool"])
