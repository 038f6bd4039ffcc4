"""The pool as it was read at one moment: a table of users, kept in memory or in a Parquet file.

The file may be sealed to people's age keys; in the clear it then exists in memory alone.
"""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from bulkreset.errors import InputError, Problem
from bulkreset.pool import PoolFacts, facts_from_json
from bulkreset.secrets.age import MAGIC, is_sealed, seal, unseal
from bulkreset.users import UserState

FORMAT = 2
METADATA_KEY = b"bulkreset.snapshot"
UNREADABLE = (OSError, pa.ArrowInvalid, KeyError, TypeError, json.JSONDecodeError)
"""What reading raises for a file that is something else."""

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


USERS_AT_ONCE = 20_000
"""So many users are objects at a time; in a table they take a tenth of the memory."""

KINDS: dict[str, type] = {
    "enabled": bool,
    "email_verified": bool,
    "phone_number_verified": bool,
    "modified_at": float,
    "created_at": float,
}
"""What is not text."""


def users_frame(users: Iterable[UserState]) -> pd.DataFrame:
    """Users as a table, each username once; of two descriptions of one user the later one counts."""
    left = iter(users)
    parts = [_frame(())]
    while some := list(islice(left, USERS_AT_ONCE)):
        parts.append(_frame(some))
    frame = pd.concat(parts[1:] or parts, ignore_index=True)
    return frame.drop_duplicates("username", keep="last", ignore_index=True)


def _frame(users: Sequence[UserState]) -> pd.DataFrame:
    columns = {name: [getattr(user, name) for user in users] for name in COLUMNS}
    return pd.DataFrame(columns).astype({name: KINDS.get(name, str) for name in COLUMNS})


def save_snapshot(snapshot: Snapshot, path: Path, recipients: Sequence[str] = ()) -> None:
    """Write a snapshot of a whole pool, readable by its owner alone: it holds personal data.

    With recipients it is sealed to them.
    """
    refuse_another_file(path)
    about = {
        "format": FORMAT,
        "pool": dataclasses.asdict(snapshot.pool),
        "taken_at": snapshot.taken_at,
        "whole_pool": snapshot.whole_pool,
        "users": len(snapshot.users),
    }
    table = pa.Table.from_pandas(snapshot.users, preserve_index=False)
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), METADATA_KEY: json.dumps(about)})
    content = io.BytesIO()
    pq.write_table(table, content, compression="zstd")
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600, exist_ok=False)
    try:
        partial.write_bytes(seal(content.getvalue(), recipients) if recipients else content.getbuffer())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def load_snapshot(path: Path, identity: Path | None = None) -> Snapshot:
    """Read what `save_snapshot` wrote. `identity` is the file of the age key that opens a sealed one.

    Raises InputError for anything else, and for a snapshot that does not hold the whole pool.
    """
    try:
        with path.open("rb") as file:
            sealed = is_sealed(file.read(len(MAGIC)))
        source = pa.BufferReader(unseal(path.read_bytes(), path, identity)) if sealed else path
        table = pq.read_table(source)
        about = json.loads(table.schema.metadata[METADATA_KEY])
    except UNREADABLE as error:
        raise _no_snapshot(path) from error
    if about["format"] != FORMAT:
        raise InputError(Problem("this snapshot is from another version", "take a new one", path))
    if not about.get("whole_pool") or about.get("users") != table.num_rows:
        raise InputError(Problem("this snapshot does not hold the whole pool", "take a new one", path))
    return Snapshot(facts_from_json(about["pool"]), table.to_pandas(), about["taken_at"], about["whole_pool"])


def refuse_another_file(path: Path) -> None:
    """Only an older snapshot is replaced, and a sealed file does not tell whether it is one."""
    if not path.exists():
        return
    try:
        with path.open("rb") as file:
            sealed = is_sealed(file.read(len(MAGIC)))
        known = sealed or METADATA_KEY in (pq.read_schema(path).metadata or {})
    except UNREADABLE as error:
        raise _no_snapshot(path) from error
    if sealed:
        advice = "remove it, or name a new file"
        raise InputError(Problem("this file exists, and is encrypted", advice, path))
    if not known:
        raise _no_snapshot(path)


def _no_snapshot(path: Path) -> InputError:
    return InputError(
        Problem("this is no snapshot of a pool", "make one with `bulkreset users --snapshot`", path)
    )
