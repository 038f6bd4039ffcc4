"""Rows that are about the same user: one plan row, unless they contradict each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bulkreset.errors import InputError, Problem
from bulkreset.goals.base import DecisionKind, Match
from bulkreset.planning.directives import Directives
from bulkreset.planning.frames import tuples
from bulkreset.planning.reasons import DUPLICATE_ROW


def mark_duplicates(
    resolved: pd.DataFrame, decided: pd.DataFrame, directives: Directives, manifest: Path
) -> pd.DataFrame:
    """The decisions, with every row but the first of a user turned into `skip: duplicate-row`.

    Raises InputError when two rows of a user ask for different things.
    """
    found = resolved["match"] == Match.ONE
    who = resolved["username"].where(found, resolved["kind"] + "\0" + resolved["identifier"])
    again = who.duplicated(keep="first")
    if not again.any():
        return decided
    _refuse_contradictions(resolved.loc[who.duplicated(keep=False)], who, directives, manifest)
    marked = decided.copy()
    repeated = again.to_numpy()
    marked["decision"] = np.where(repeated, DecisionKind.SKIP.value, marked["decision"])
    marked["reason"] = np.where(repeated, DUPLICATE_ROW, marked["reason"])
    for column in ("steps", "medium"):
        marked[column] = np.where(repeated, "", marked[column])
    return marked


def _refuse_contradictions(
    repeated: pd.DataFrame, who: pd.Series[str], directives: Directives, manifest: Path
) -> None:
    """Two rows contradict each other when their directives differ, however they are written."""
    if (repeated["overrides"] == repeated["overrides"].iloc[0]).all():
        return
    problems = []
    for _, rows in repeated.groupby(who[repeated.index], sort=False):
        first_line, first_wish = rows["line"].iloc[0], directives.of(rows["overrides"].iloc[0])
        problems += [
            Problem(
                f"this row asks for something else than line {first_line}, which is about the same user "
                f"({identifier})",
                "keep one of them",
                manifest,
                line,
            )
            for identifier, line, overrides in tuples(rows[["identifier", "line", "overrides"]].iloc[1:])
            if directives.of(overrides) != first_wish
        ]
    if problems:
        raise InputError(problems)
