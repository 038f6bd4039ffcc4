"""The rows of a run that a follow-up looks at, and the column of the manifest that it groups them by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from bulkreset.actions.base import Sequel
from bulkreset.actions.registry import actions
from bulkreset.errors import InputError
from bulkreset.flow.report import reading
from bulkreset.followup.rows import ROW_COLUMNS, followed
from bulkreset.ledger.read import RunReader
from bulkreset.manifests.columns import IDENTIFIERS, canonical
from bulkreset.settings.words import advice_on_name

ROWS_AT_ONCE = 50_000
MOST_GROUPS = 100
NOTHING = "(nothing)"
"""The group of rows with an empty cell."""


def begun_rows(reader: RunReader, by_column: str) -> pd.DataFrame:
    """The rows that are followed up, with ROW_COLUMNS.

    Raises InputError for a column that makes no groups.
    """
    place = _place(by_column, tuple(reader.meta("extra_columns")))
    rows = followed(_read(reader, place)).reset_index(drop=True)
    _refuse_too_many(rows, by_column)
    return rows


def extras_of(path: Path, wanted: frozenset[int]) -> Iterator[tuple[str, ...]]:
    """The manifest's other cells of these rows, in their order."""
    with reading(path) as reader:
        for row in reader.planned_rows():
            if row.row in wanted:
                yield row.extras


def _read(reader: RunReader, place: int | None) -> pd.DataFrame:
    seen = [name for name, action in actions().items() if action.sequel is not Sequel.NOTHING_TO_SEE]
    parts: list[pd.DataFrame] = []
    part: list[tuple[object, ...]] = []
    for row in reader.begun_rows(seen, place):
        part.append(row)
        if len(part) == ROWS_AT_ONCE:
            parts.append(_frame(part))
            part = []
    return pd.concat([*parts, _frame(part)], ignore_index=True) if parts else _frame(part)


def _frame(rows: list[tuple[object, ...]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(ROW_COLUMNS))
    texts = [name for name in ROW_COLUMNS if name not in ("row", "wave", "called_at")]
    frame[texts] = frame[texts].fillna("").astype("str")
    frame["group"] = frame["group"].mask(frame["group"] == "", NOTHING)
    return frame.astype({"row": "int64", "wave": "int64", "called_at": "float64"})


def _place(by_column: str, extra_columns: tuple[str, ...]) -> int | None:
    """The place of the column to group by among the manifest's other columns."""
    if not by_column:
        return None
    if canonical(by_column) in IDENTIFIERS:
        raise InputError(f"`{by_column}` names each user, so it makes no groups; choose another column")
    if by_column not in extra_columns:
        there_are = f"there are {', '.join(extra_columns)}" if extra_columns else "it has no other columns"
        raise InputError(
            f"the manifest of the run had no column `{by_column}` beside its users; "
            f"{advice_on_name(by_column, extra_columns) if extra_columns else there_are}"
        )
    return extra_columns.index(by_column)


def _refuse_too_many(rows: pd.DataFrame, by_column: str) -> None:
    """The counts of groups are kept in the run, where they are to stay numbers about many."""
    groups = rows["group"].nunique() if by_column else 0
    if groups > MOST_GROUPS:
        raise InputError(
            f"the column `{by_column}` has {groups:,} values, and at most {MOST_GROUPS} make groups; choose "
            "another column"
        )
