"""Resolve: join manifest rows with the users that they name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bulkreset.goals.base import Match
from bulkreset.planning.identifiers import attributes_to_try, spelled
from bulkreset.planning.snapshot import COLUMNS, Snapshot
from bulkreset.pool import PoolFacts

NOWHERE = -1

DECIDING = tuple(name for name in COLUMNS if name not in ("created_at", "attributes"))
"""What decisions rest on; the rest, which is most of a snapshot, is not carried along."""


def resolve(rows: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
    """The rows with a column `match` and, where exactly one user matches, that user's columns.

    `rows` has `kind` and `identifier`. Of a row that matches no user or several, the user's
    columns are empty. Added too: `email_shared` and `phone_shared`, whether another user of the
    snapshot holds the same contact.
    """
    users, pool = snapshot.users, snapshot.pool
    position = np.full(len(rows), NOWHERE)
    count = np.zeros(len(rows), dtype=np.int64)
    for kind in rows["kind"].unique():
        for attribute in attributes_to_try(str(kind), pool) if kind else ():
            is_open = ((rows["kind"] == kind) & (count == 0)).to_numpy()
            if is_open.any():
                wanted = spelled(rows.loc[is_open, "identifier"], attribute, pool)
                position[is_open], count[is_open] = _find(wanted, users[attribute], attribute, pool)
    found = count == 1
    users = users[list(DECIDING)]
    joined = users.take(np.where(found, position, 0)) if len(users) else users.reindex(range(len(rows)))
    resolved = pd.DataFrame({name: joined[name].to_numpy() for name in DECIDING}, index=rows.index)
    resolved["email_shared"] = _shared(users["email"].str.lower(), position, found)
    resolved["phone_shared"] = _shared(users["phone_number"], position, found)
    resolved.loc[~found, ["username", "sub", "status", "email", "phone_number", "preferred_mfa"]] = ""
    resolved["match"] = np.select([count == 0, found], [Match.NONE.value, Match.ONE.value], Match.MANY.value)
    return pd.concat([rows, resolved], axis=1)


def _find(
    wanted: pd.Series[str], held: pd.Series[str], attribute: str, pool: PoolFacts
) -> tuple[np.ndarray, np.ndarray]:
    """For each wanted value the position of the first user who holds it, and how many do."""
    known = spelled(held, attribute, pool)
    known = known[known != ""]
    positions = pd.Series(np.arange(len(held))[(held != "").to_numpy()], index=known.to_numpy())
    counts = positions.groupby(level=0, sort=False).agg(["first", "size"])
    places = counts.index.get_indexer(pd.Index(wanted))
    missing = places == NOWHERE
    if counts.empty:
        return np.full(len(wanted), NOWHERE), np.zeros(len(wanted), dtype=np.int64)
    first = counts["first"].to_numpy()[places]
    size = counts["size"].to_numpy()[places]
    return np.where(missing, NOWHERE, first), np.where(missing, 0, size)


def _shared(contacts: pd.Series[str], position: np.ndarray, found: np.ndarray) -> np.ndarray:
    shared = (contacts.duplicated(keep=False) & (contacts != "")).to_numpy()
    if not len(shared):
        return np.zeros(len(position), dtype=bool)
    return np.where(found, shared[np.where(found, position, 0)], False)
