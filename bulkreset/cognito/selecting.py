"""How selected users are read: the members of the groups asked for, or else by the cheapest filter.

Where neither narrows it down, the whole pool is read. Everything else that is asked is tested here, and
all of these reads bill nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from bulkreset.clock import Clock
from bulkreset.cognito.directory import Directory, pages_of
from bulkreset.cognito.filters import cheapest_filters
from bulkreset.cognito.reading import contacts_to_share, scan_pool
from bulkreset.planning.frames import tuples
from bulkreset.planning.selection import Lists, Selection, selected
from bulkreset.planning.snapshot import Snapshot, users_frame
from bulkreset.pool import PoolFacts
from bulkreset.settings.select import Select
from bulkreset.users import UserState

WHOLE_POOL = "the whole pool"


def read_selected(
    directory: Directory,
    pool: PoolFacts,
    select: Select,
    not_in: pd.DataFrame | None,
    clock: Clock,
    *,
    read: str = "auto",
    shared: frozenset[str] = frozenset(),
) -> Selection:
    """The users who meet all criteria, `not_in` being the rows of the other manifest.

    `read` and `shared` are those of `read_users`; only `scan` and `get` make a difference.
    """
    taken_at = clock.now()
    members = users_frame(_members(directory, select)) if select.group else None
    candidates, how = _candidates(directory, pool, select, members, scan=read == "scan")
    if candidates is None:
        snapshot = scan_pool(directory, pool, clock)
    else:
        snapshot = Snapshot(pool, candidates, taken_at, whole_pool=False)
    names = frozenset(members["username"]) if members is not None else None
    chosen = snapshot.users[selected(snapshot.users, select, pool, Lists(names, not_in))]
    looked_at = len(snapshot.users)
    usernames = tuple(chosen["username"].tolist())
    if read == "get":
        snapshot = Snapshot(pool, users_frame(directory.get_all(sorted(usernames))), taken_at, False)
    if not snapshot.whole_pool:
        snapshot = _with_sharers(directory, snapshot, frozenset(usernames), shared, clock)
    return Selection(usernames, snapshot, looked_at, how)


def members_of(directory: Directory, select: Select) -> frozenset[str] | None:
    """The usernames of the groups' members; None where no group is asked for."""
    return frozenset(user.username for user in _members(directory, select)) if select.group else None


def _members(directory: Directory, select: Select) -> Iterator[UserState]:
    for group in select.group:
        for page in directory.members(group):
            yield from page


def _candidates(
    directory: Directory, pool: PoolFacts, select: Select, members: pd.DataFrame | None, *, scan: bool
) -> tuple[pd.DataFrame | None, str]:
    """Those among whom all selected users are, and how they were read; None where that is everybody."""
    if scan:
        return None, WHOLE_POOL
    if members is not None:
        return members, f"members of {' and '.join(select.group)}"
    filters = cheapest_filters(select, pool)
    if not filters:
        return None, WHOLE_POOL
    found = (
        user
        for one in filters
        for page in (directory.starting_with if one.is_prefix else directory.having)(one.attribute, one.value)
        for user in page
    )
    return users_frame(found), f"filter {' and '.join(map(str, filters))}"


def _with_sharers(
    directory: Directory,
    snapshot: Snapshot,
    chosen: frozenset[str],
    shared: frozenset[str],
    clock: Clock,
) -> Snapshot:
    """With whoever else holds a contact of a selected user that is not verified, the cheaper way."""
    users = snapshot.users[snapshot.users["username"].isin(chosen)]
    contacts = contacts_to_share((UserState(*values) for values in tuples(users)), shared)
    if not contacts:
        return snapshot
    if len(contacts) > pages_of(snapshot.pool.estimated_users):
        others = scan_pool(directory, snapshot.pool, clock).users
    else:
        found = directory.look_up_each(sorted(contacts))
        others = users_frame(user for matches in found for user in matches)
    everybody = pd.concat([others, snapshot.users], ignore_index=True)
    everybody = everybody.drop_duplicates("username", keep="last", ignore_index=True)
    return Snapshot(snapshot.pool, everybody, snapshot.taken_at, whole_pool=False)
