"""plan: who the job is about, where it selects them from the pool."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from bulkreset.clock import Clock
from bulkreset.errors import InputError, Problem
from bulkreset.flow.places import fetched
from bulkreset.flow.source import PoolSource
from bulkreset.goals.registry import policy_keys
from bulkreset.manifests.reading import problems, read_manifest
from bulkreset.planning.selection import rows_of
from bulkreset.planning.snapshot import Snapshot
from bulkreset.settings.loading import LoadedJob
from bulkreset.settings.select import Select


def select_users(
    loaded: LoadedJob, select: Select, source: PoolSource, clock: Clock
) -> tuple[pd.DataFrame, Snapshot, dict[str, object]]:
    """Manifest rows of the users that a job selects, their table, and what the run keeps about it."""
    not_in, other = None, {}
    if select.not_in:
        with fetched(select.not_in, loaded.environment, clock) as here:
            not_in = listed_in(here.path, loaded.job.goal)
            other = {"not_in_sha256": sha256_of(here.path)}
    selection = source.select(select, not_in)
    kept: dict[str, object] = {
        "criteria": select.model_dump(mode="json", exclude_defaults=True),
        "text": str(select),
        "read": selection.read,
        "looked_at": selection.looked_at,
        "matched": len(selection.usernames),
        **other,
    }
    return rows_of(selection.usernames, loaded.select_line), selection.snapshot, {"selection": kept}


def listed_in(manifest: Path, goal: str) -> pd.DataFrame:
    """The identifiers of another manifest. Raises InputError for any row that cannot be used.

    Such a row may mean somebody who would then not be left out.
    """
    parts: list[pd.DataFrame] = []
    found: list[Problem] = []
    for chunk in read_manifest(manifest, policy_keys(), goal):
        parts.append(chunk.rows[["kind", "identifier"]])
        found += problems(chunk, manifest)
    if found:
        raise InputError(found)
    return pd.concat(parts, ignore_index=True)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
