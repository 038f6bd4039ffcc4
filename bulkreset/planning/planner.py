"""Plan: from manifest rows and a snapshot of the pool to what will be done, skipped and blocked."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bulkreset.planning.decide import decide
from bulkreset.planning.directives import Directives
from bulkreset.planning.duplicates import mark_duplicates
from bulkreset.planning.reasons import INVALID
from bulkreset.planning.resolve import resolve
from bulkreset.planning.snapshot import Snapshot

PLAN_COLUMNS = [
    "row",
    "line",
    "kind",
    "identifier",
    "username",
    "decision",
    "reason",
    "steps",
    "state",
    "contact",
    "problem",
]


def plan_rows(rows: pd.DataFrame, snapshot: Snapshot, directives: Directives, manifest: Path) -> pd.DataFrame:
    """One plan row per manifest row, in the manifest's order, with the columns PLAN_COLUMNS.

    `rows` has `row`, `line`, `kind`, `identifier`, `overrides` and `problem`; a row with a problem
    becomes `invalid`. `manifest` is named in errors. Raises InputError when rows contradict each other.
    """
    is_valid = rows["problem"] == ""
    resolved = resolve(rows[is_valid], snapshot)
    decided = decide(resolved, directives, snapshot.pool)
    decided = mark_duplicates(resolved, decided, directives, manifest)
    valid = pd.concat(
        [resolved[["row", "line", "kind", "identifier", "username", "problem"]], decided], axis=1
    )
    if is_valid.all():
        return valid[PLAN_COLUMNS]
    invalid = rows[~is_valid].assign(
        username="", decision=INVALID, reason=INVALID, steps="", state="", contact=""
    )
    return pd.concat([valid[PLAN_COLUMNS], invalid[PLAN_COLUMNS]]).sort_values("row")
