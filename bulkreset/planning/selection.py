"""Selection: which users of a table meet a job's criteria, and the manifest rows that they become.

All criteria must hold. Names and e-mail addresses compare as the pool compares them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bulkreset.errors import InputError
from bulkreset.planning.attribute_tests import holds
from bulkreset.planning.identifiers import attributes_to_try, spelled
from bulkreset.planning.snapshot import Snapshot
from bulkreset.pool import PoolFacts
from bulkreset.settings.select import Select
from bulkreset.users import IdentifierKind

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of users from elsewhere: the usernames of the groups' members, and the rows of `not_in`.

    `members` is None where no group is asked for; `not_in` has `kind` and `identifier`.
    """

    members: frozenset[str] | None = None
    not_in: pd.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The users who were selected, by name, and the table that they are in.

    `snapshot` holds whoever else matters to the plan, too. `looked_at` is how many users were read to
    find them, and `read` says how.
    """

    usernames: tuple[str, ...]
    snapshot: Snapshot
    looked_at: int
    read: str


def selected(users: pd.DataFrame, select: Select, pool: PoolFacts, lists: Lists) -> Mask:
    """Which users meet all criteria. What is quick to ask comes first, and the rest of those left."""
    left = np.ones(len(users), dtype=bool)
    for test in _tests(select, pool, lists):
        places = np.flatnonzero(left)
        left[places] = test(users.iloc[places])
    return left


def selected_offline(snapshot: Snapshot, select: Select, not_in: pd.DataFrame | None) -> Selection:
    """The users of a snapshot who meet all criteria. Raises InputError for what no snapshot can tell."""
    if select.group:
        raise InputError(
            "a snapshot does not tell who is in a group; leave the group out, or read the pool itself"
        )
    chosen = snapshot.users[selected(snapshot.users, select, snapshot.pool, Lists(None, not_in))]
    return Selection(tuple(chosen["username"].tolist()), snapshot, len(snapshot.users), "a snapshot")


def rows_of(usernames: Collection[str], line: int) -> pd.DataFrame:
    """Selected users as manifest rows, by name, so that the same users make the same plan."""
    names = sorted(usernames)
    count = len(names)
    nothing = pd.Series("", range(count), dtype="str")
    return pd.DataFrame(
        {
            "row": np.arange(1, count + 1, dtype=np.int64),
            "line": np.full(count, line, dtype=np.int64),
            "kind": pd.Series(IdentifierKind.USERNAME.value, range(count), dtype="str"),
            "identifier": pd.Series(names, range(count), dtype="str"),
            "overrides": nothing,
            "priority": np.full(count, np.nan),
            "problem": nothing,
        }
    )


Test = Callable[[pd.DataFrame], Mask]


def _tests(select: Select, pool: PoolFacts, lists: Lists) -> Iterable[Test]:
    if lists.members is not None:
        members = lists.members
        yield lambda users: users["username"].isin(members).to_numpy()
    if select.status:
        yield lambda users: users["status"].isin(select.status).to_numpy()
    for column, wanted in (
        ("enabled", select.enabled),
        ("email_verified", select.email_verified),
        ("phone_number_verified", select.phone_verified),
    ):
        if wanted is not None:
            yield _flag(column, wanted)
    for column, before, after in (
        ("created_at", select.created_before, select.created_after),
        ("modified_at", select.modified_before, select.modified_after),
    ):
        if before is not None or after is not None:
            yield _within(column, before, after)
    for name, test in select.attributes.items():
        yield lambda users, name=name, test=test: holds(test, name, users, pool)  # type: ignore[misc]
    if lists.not_in is not None:
        listed = lists.not_in
        yield lambda users: ~_listed(users, listed, pool)


def _flag(column: str, wanted: bool) -> Test:
    def test(users: pd.DataFrame) -> Mask:
        held = users[column].to_numpy(dtype=bool)
        if column != "enabled":
            held = held & (users[column.removesuffix("_verified")] != "").to_numpy()
        return np.asarray(held == wanted)

    return test


def _within(column: str, before: float | None, after: float | None) -> Test:
    """From `after` on, and before `before`. A moment that is not known, 0, is within nothing."""
    first = -np.inf if after is None else after
    end = np.inf if before is None else before

    def test(users: pd.DataFrame) -> Mask:
        moments = users[column].to_numpy(dtype=float)
        return np.asarray((moments >= first) & (moments < end) & (moments != 0))

    return test


def _listed(users: pd.DataFrame, rows: pd.DataFrame, pool: PoolFacts) -> Mask:
    """Whom any of the rows may mean: of an identifier that fits several users, all of them."""
    found = np.zeros(len(users), dtype=bool)
    for kind in rows["kind"].unique():
        identifiers = rows.loc[rows["kind"] == kind, "identifier"]
        for attribute in attributes_to_try(str(kind), pool):
            held = spelled(users[attribute], attribute, pool)
            wanted = set(spelled(identifiers, attribute, pool).tolist())
            found |= held.isin(wanted).to_numpy()
    return found
