"""Which rows of a wave go first: the column `priority`, a whole number, the lowest first."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bulkreset.manifests.columns import Columns, shown

WHOLE_NUMBER = r"[+-]?[0-9]{1,15}"
"""Up to 15 digits, which a float holds exactly."""


@dataclass(frozen=True, slots=True, eq=False)
class Prioritised:
    """`priority` is NaN where a row has none."""

    priority: pd.Series[float]
    problem: pd.Series[str]


def prioritise(frame: pd.DataFrame, columns: Columns) -> Prioritised:
    """The priority of each row and what is wrong with it."""
    priority = pd.Series(float("nan"), frame.index, dtype=float)
    problem = pd.Series("", frame.index, dtype="str")
    if columns.priority is None:
        return Prioritised(priority, problem)
    values = frame[columns.priority].str.strip()
    given = values[values != ""]
    sound = given.str.fullmatch(WHOLE_NUMBER)
    priority = given[sound].astype(float).reindex(frame.index)
    wrong = {row: _problem(value) for row, value in given[~sound].items()}
    if wrong:
        problem = pd.Series(wrong, dtype="str").reindex(frame.index, fill_value="")
    return Prioritised(priority, problem)


def _problem(value: str) -> str:
    return f"priority {shown(value)}: write a whole number, the lowest goes first, or rename the column"
