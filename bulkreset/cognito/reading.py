"""How the users of a manifest are read: the cheaper of a scan of the pool and a look-up per row.

`ListUsers` bills nobody. `get`, on request, reads each user with AdminGetUser as well, which tells
the preferred MFA channel and makes every user read a billed monthly active one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from bulkreset.clock import Clock
from bulkreset.cognito.directory import Directory, pages_of, worth_sharding
from bulkreset.planning.identifiers import attributes_to_try, may_be, spelled
from bulkreset.planning.resolve import resolve
from bulkreset.planning.snapshot import Snapshot, users_frame
from bulkreset.pool import PoolFacts
from bulkreset.users import UserState


def scan_pool(directory: Directory, pool: PoolFacts, clock: Clock, *, thoroughly: bool = True) -> Snapshot:
    """Every user of the pool."""
    taken_at = clock.now()
    pages = directory.scan(sharded=worth_sharding(pool.estimated_users), thoroughly=thoroughly)
    return Snapshot(pool, users_frame(user for page in pages for user in page), taken_at, whole_pool=True)


def read_users(
    directory: Directory,
    pool: PoolFacts,
    rows: pd.DataFrame,
    clock: Clock,
    *,
    read: str,
    shared: frozenset[str],
) -> Snapshot:
    """The users that valid manifest `rows` (with `kind` and `identifier`) name.

    `read` is the job's `auto`, `scan`, `lookup` or `get`. `shared` names contact attributes whose
    other holders matter where the contact is not verified: a look-up then asks for them as well.
    """
    wanted = _wanted(rows, pool)
    if read == "scan" or (read == "auto" and pages_of(pool.estimated_users) <= len(wanted)):
        scanned = scan_pool(directory, pool, clock, thoroughly=False)
        return _with_missing(directory, scanned, rows, shared)
    taken_at = clock.now()
    users = _look_up(directory, wanted, shared)
    if read == "get":
        users = directory.get_all(sorted({user.username for user in users}))
    return Snapshot(pool, users_frame(users), taken_at, whole_pool=False)


def _wanted(rows: pd.DataFrame, pool: PoolFacts) -> list[tuple[str, tuple[str, ...]]]:
    """Each distinct identifier, spelled for this pool, with the attributes it may be, likeliest first."""
    wanted: dict[tuple[str, str], None] = {}
    for kind in rows["kind"].unique():
        attribute = attributes_to_try(str(kind), pool)[0]
        values = spelled(rows.loc[rows["kind"] == kind, "identifier"], attribute, pool)
        wanted.update(((str(kind), str(value)), None) for value in values.unique())
    return [
        (value, tuple(name for name in attributes_to_try(kind, pool) if may_be(value, name)))
        for kind, value in wanted
    ]


def _look_up(
    directory: Directory, wanted: list[tuple[str, tuple[str, ...]]], shared: frozenset[str]
) -> list[UserState]:
    users: list[UserState] = []
    left = wanted
    while left:
        found = directory.look_up_each([(names[0], value) for value, names in left])
        users += [user for matches in found for user in matches]
        left = [
            (value, names[1:])
            for (value, names), matches in zip(left, found, strict=True)
            if not matches and names[1:]
        ]
    others = directory.look_up_each(sorted(contacts_to_share(users, shared)))
    return users + [user for matches in others for user in matches]


def contacts_to_share(users: Iterable[UserState], shared: frozenset[str]) -> set[tuple[str, str]]:
    """The contacts, with their attributes, of which it matters who else holds them."""
    return {
        (name, getattr(user, name))
        for user in users
        for name in shared
        if getattr(user, name) and not getattr(user, f"{name}_verified")
    }


def _with_missing(
    directory: Directory, scanned: Snapshot, rows: pd.DataFrame, shared: frozenset[str]
) -> Snapshot:
    """A sharded scan may miss users: what it did not find is asked for, the cheaper way."""
    if not worth_sharding(scanned.pool.estimated_users):
        return scanned
    missing = rows[resolve(rows, scanned)["match"] == "none"]
    if missing.empty:
        return scanned
    wanted = _wanted(missing, scanned.pool)
    found: Iterable[UserState]
    if len(wanted) <= pages_of(scanned.pool.estimated_users):
        found = _look_up(directory, wanted, shared)
    else:
        found = (user for page in directory.scan(sharded=False) for user in page)
    more = users_frame(found)
    users = pd.concat([scanned.users, more]).drop_duplicates("username", keep="last", ignore_index=True)
    return replace(scanned, users=users)
