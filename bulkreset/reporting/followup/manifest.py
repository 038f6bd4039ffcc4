"""Who is left, as a manifest that the next job can take: each named by sub, so that nobody else is meant.

A user who was deleted and made anew has the name and another sub. Where the pool tells none, the username has
to do. The manifest's own columns follow, as they were.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from bulkreset.clock import iso
from bulkreset.manifests.columns import IDENTIFIERS, canonical
from bulkreset.reporting.followup.base import FollowUp, left_cells
from bulkreset.users import IdentifierKind

PREFIX = "followup_"
COLUMNS = ("username", "stage", "reason", "expires_at")
"""What is told of each user beside its sub, with a prefix. Columns of an earlier follow-up are left out."""


def manifest_lines(
    told: FollowUp, rows: pd.DataFrame, overrides: Mapping[str, pd.Series[str]] | None = None
) -> Iterator[list[str]]:
    """The header and the lines of a manifest of these judged rows. `overrides` are cells of more columns."""
    more = overrides or {}
    by = IdentifierKind.SUB if (rows["sub"] != "").all() else IdentifierKind.USERNAME
    before = IDENTIFIERS[: IDENTIFIERS.index(by) + 1]
    kept = [
        place
        for place, name in enumerate(told.subject.extra_columns)
        if canonical(name) not in before and not name.startswith(PREFIX)
    ]
    yield [
        by.value,
        *more,
        *(f"{PREFIX}{name}" for name in COLUMNS),
        *(told.subject.extra_columns[place] for place in kept),
    ]
    wishes = zip(*(series.tolist() for series in more.values()), strict=True) if more else None
    extras = told.extras(frozenset(rows["row"].tolist()))
    for values, cells in zip(left_cells(rows), extras, strict=True):
        _, _, username, sub, stage, reason, _, _, _, expires_at = values
        found = [*cells, *[""] * (len(told.subject.extra_columns) - len(cells))]
        line = [
            sub if by is IdentifierKind.SUB else username,
            *(next(wishes) if wishes else ()),
            username,
            str(stage),
            reason,
            iso(expires_at) if expires_at else "",
            *(found[place] for place in kept),
        ]
        # A manifest in YAML can hold a NUL, one in CSV cannot.
        yield [cell.replace("\0", "\ufffd") for cell in line]
