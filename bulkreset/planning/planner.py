"""Plan: from manifest rows and a snapshot of the pool to what will be done, skipped and blocked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bulkreset.goals.base import DecisionKind
from bulkreset.planning.candidates import with_candidates
from bulkreset.planning.decide import decide
from bulkreset.planning.directives import Directives
from bulkreset.planning.duplicates import mark_duplicates
from bulkreset.planning.order import waves_and_turns
from bulkreset.planning.reasons import INVALID
from bulkreset.planning.resolve import resolve
from bulkreset.planning.snapshot import Snapshot
from bulkreset.planning.waves import wave_sizes
from bulkreset.settings.waves import Wave

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
    "turn",
    "wave",
    "medium",
    "overrides",
]

DECIDED_COLUMNS = [name for name in PLAN_COLUMNS if name not in ("turn", "wave")]
"""What is known of a row by itself, without the others."""


def plan_rows(
    rows: pd.DataFrame,
    snapshot: Snapshot,
    directives: Directives,
    manifest: Path,
    waves: Sequence[Wave] = (),
) -> pd.DataFrame:
    """One plan row per manifest row, in the manifest's order, with the columns PLAN_COLUMNS.

    `rows` has `row`, `line`, `kind`, `identifier`, `overrides`, `problem` and, if its rows have priorities,
    `priority`; a row with a problem becomes `invalid`. `manifest` is named in errors. Raises InputError when
    rows contradict each other.
    """
    plan = _decided_rows(rows, snapshot, directives, manifest)
    is_do = (plan["decision"] == DecisionKind.DO.value).to_numpy()
    priority = rows["priority"].to_numpy() if "priority" in rows else None
    sizes = wave_sizes(waves, int(is_do.sum()))
    plan["wave"], plan["turn"] = waves_and_turns(is_do, priority, sizes)
    return plan[PLAN_COLUMNS]


def _decided_rows(
    rows: pd.DataFrame, snapshot: Snapshot, directives: Directives, manifest: Path
) -> pd.DataFrame:
    """The rows with what is to be done for each."""
    is_valid = rows["problem"] == ""
    resolved = with_candidates(resolve(rows[is_valid], snapshot), snapshot)
    decided = decide(resolved, directives, snapshot.pool)
    decided = mark_duplicates(resolved, decided, directives, manifest)
    valid = pd.concat(
        [resolved[["row", "line", "kind", "identifier", "username", "problem", "overrides"]], decided], axis=1
    )
    if is_valid.all():
        return valid[DECIDED_COLUMNS]
    invalid = rows[~is_valid].assign(
        username="", decision=INVALID, reason=INVALID, steps="", state="", contact="", medium=""
    )
    return pd.concat([valid[DECIDED_COLUMNS], invalid[DECIDED_COLUMNS]]).sort_values("row")
