"""Rows that are about the same user: one plan row, unless they contradict each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bulkreset.errors import InputError, Problem
from bulkreset.goals.base import DecisionKind, Match
from bulkreset.planning.reasons import DUPLICATE_ROW


def mark_duplicates(resolved: pd.DataFrame, decided: pd.DataFrame, manifest: Path) -> pd.DataFrame:
    """The decisions, with every row but the first of a user turned into `skip: duplicate-row`.

    Raises InputError when two rows of a user ask for different things.
    """
    found = resolved["match"] == Match.ONE
    who = resolved["username"].where(found, resolved["kind"] + "\0" + resolved["identifier"])
    again = who.duplicated(keep="first")
    if not again.any():
        return decided
    _refuse_contradictions(resolved, who, manifest)
    marked = decided.copy()
    repeated = again.to_numpy()
    marked["decision"] = np.where(repeated, DecisionKind.SKIP.value, marked["decision"])
    marked["reason"] = np.where(repeated, DUPLICATE_ROW, marked["reason"])
    marked["steps"] = np.where(repeated, "", marked["steps"])
    return marked


def _refuse_contradictions(resolved: pd.DataFrame, who: pd.Series[str], manifest: Path) -> None:
    of_one_user = who.duplicated(keep=False)
    wishes = resolved.loc[of_one_user].groupby(who[of_one_user], sort=False)["overrides"]
    differing = wishes.transform("nunique") > 1
    if not differing.any():
        return
    clashing = resolved.loc[of_one_user].loc[differing]
    problems = []
    for _, rows in clashing.groupby(who[clashing.index], sort=False):
        first = rows.iloc[0]
        for _, row in rows.iloc[1:].iterrows():
            if row["overrides"] != first["overrides"]:
                problems.append(
                    Problem(
                        f"this row asks for something else than line {first['line']}, which is about the "
                        f"same user ({row['identifier']})",
                        "keep one of them",
                        manifest,
                        int(row["line"]),
                    )
                )
    raise InputError(problems)
