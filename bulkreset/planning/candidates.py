"""Whom an identifier may mean that fits several users: so that a person can name the right one."""

from __future__ import annotations

import pandas as pd

from bulkreset.goals.base import Match
from bulkreset.planning.identifiers import attributes_to_try, spelled
from bulkreset.planning.snapshot import Snapshot

SHOWN = 5
"""So many usernames are named."""


def with_candidates(resolved: pd.DataFrame, snapshot: Snapshot) -> pd.DataFrame:
    """The rows with a `problem` where several users match: their usernames, in order."""
    many = resolved[resolved["match"] == Match.MANY.value]
    if many.empty:
        return resolved
    told = pd.Series("", many.index, dtype="str")
    for kind in many["kind"].unique():
        for attribute in attributes_to_try(str(kind), snapshot.pool):
            rows = many[(many["kind"] == kind) & (told == "")]
            told.update(_told(rows["identifier"], attribute, snapshot))
    return resolved.assign(problem=resolved["problem"].mask(resolved["match"] == Match.MANY.value, told))


def _told(identifiers: pd.Series[str], attribute: str, snapshot: Snapshot) -> pd.Series[str]:
    """What is told of those identifiers that fit several users by this attribute."""
    wanted = spelled(identifiers, attribute, snapshot.pool)
    held = spelled(snapshot.users[attribute], attribute, snapshot.pool)
    fitting = held.isin(set(wanted.tolist())) & (held != "")
    names = snapshot.users.loc[fitting, "username"].groupby(held[fitting]).agg(sorted)
    several = {value: _named(users) for value, users in names.items() if len(users) > 1}
    return wanted[wanted.isin(list(several))].map(several)


def _named(usernames: list[str]) -> str:
    shown, more = usernames[:SHOWN], len(usernames) - SHOWN
    if more > 0:
        return f"may be {', '.join(shown)} or {more:,} more"
    return f"may be {', '.join(shown[:-1])} or {shown[-1]}"
