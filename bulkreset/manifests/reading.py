"""Reads the users of a manifest, whatever its format, and judges every row.

A row that cannot be used stays in the stream with its problem, so that all can be mended in one
go; only a file that cannot be read as a manifest ends in an exception.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from bulkreset.errors import InputError, Problem
from bulkreset.manifests.columns import check_header, columns_of, like_passwords
from bulkreset.manifests.identifiers import identify
from bulkreset.manifests.overrides import ALSO, Judge, judge_by, override
from bulkreset.manifests.priority import prioritise
from bulkreset.manifests.registry import format_of
from bulkreset.manifests.table import ManifestFormat, RawTable
from bulkreset.settings.policy import GoalKeys


@dataclass(frozen=True, slots=True, eq=False)
class ManifestChunk:
    """Consecutive rows of a manifest, with one index in both frames.

    `rows` has the columns
      row         from 1, over the whole manifest
      line        of the file, where the record starts
      kind        of the identifier: username, sub, email or phone_number
      identifier  as written, without surrounding space
      overrides   `{"goal":…,"policy":{…}}` as canonical JSON, "" when there are none
      priority    the lowest goes first; NaN where a row has none
      problem     why the row cannot be used, "" when it can
    A row that cannot be used keeps what it says, right or wrong, unless its structure is broken: nothing
    tells then which value belongs to which column, and `kind` and `overrides` are "".
    Beside a column of passwords any value of such a row may be part of one, so that nothing of it is kept.
    `extras` has the other columns untouched. Those of a YAML manifest may grow in later chunks.
    `passwords` are the texts of the column of passwords, "" where a row has none; None without the column,
    which stands on `password_line` of the file. They are to be held no longer than it takes to look at them.
    """

    rows: pd.DataFrame
    extras: pd.DataFrame
    passwords: pd.Series[str] | None = field(default=None, repr=False)
    password_line: int | None = None


def read_manifest(path: Path, goal_keys: GoalKeys, goal: str) -> Iterator[ManifestChunk]:
    """The rows of a manifest for a job with this goal, in flat memory.

    Raises InputError at once for an unknown suffix, and while reading when the file cannot be read
    further.
    """
    return _chunks(format_of(path), path, goal_keys, judge_by(goal_keys, goal))


def problems(chunk: ManifestChunk, path: Path) -> tuple[Problem, ...]:
    """The rows of a chunk that cannot be used."""
    wrong = chunk.rows[chunk.rows["problem"] != ""]
    return tuple(
        Problem(problem, file=path, line=line)
        for problem, line in zip(wrong["problem"], wrong["line"].tolist(), strict=True)
    )


def _chunks(
    manifest_format: ManifestFormat, path: Path, goal_keys: GoalKeys, judge: Judge
) -> Iterator[ManifestChunk]:
    rows_before = 0
    header_seen = False
    for table in manifest_format.read(path):
        if table.header_line is not None and not header_seen:
            check_header(list(table.frame.columns), goal_keys, path, table.header_line)
            header_seen = True
        elif table.header_line is None:
            _refuse_hidden_passwords(table, path)
        if len(table.frame):
            yield _chunk(table, rows_before, judge)
            rows_before += len(table.frame)
    if not rows_before:
        raise InputError(Problem("the manifest has no users", "write at least one", path))


def _chunk(table: RawTable, rows_before: int, judge: Judge) -> ManifestChunk:
    frame = table.frame
    columns = columns_of(list(frame.columns))
    identified = identify(frame, columns)
    overridden = override(frame, columns, judge)
    prioritised = prioritise(frame, columns)
    problem = _joined(_joined(identified.problem, overridden.problem), prioritised.problem)
    kind, identifier, overrides = identified.kind, identified.identifier, overridden.overrides
    extras = frame[list(columns.extras)]
    if table.problems:
        structural = pd.Series(table.problems, dtype="str").reindex(frame.index, fill_value="")
        is_broken = structural != ""
        problem = problem.mask(is_broken, structural)
        kind, overrides = kind.mask(is_broken, ""), overrides.mask(is_broken, "")
        if columns.password is not None:
            identifier, extras = identifier.mask(is_broken, ""), extras.mask(is_broken, "")
    rows = pd.DataFrame(
        {
            "row": np.arange(rows_before + 1, rows_before + len(frame) + 1, dtype=np.int64),
            "line": table.lines,
            "kind": kind,
            "identifier": identifier,
            "overrides": overrides,
            "priority": prioritised.priority.where(problem == ""),
            "problem": problem,
        }
    )
    passwords = frame[columns.password] if columns.password is not None else None
    line = table.header_line if table.header_line is not None else int(table.lines[0])
    return ManifestChunk(rows, extras, passwords, line)


def _refuse_hidden_passwords(table: RawTable, path: Path) -> None:
    """Of a table whose names stand with each record."""
    found = [Problem(message, advice, path) for message, advice in like_passwords(table.frame.columns)]
    if found:
        raise InputError(found)


def _joined(first: pd.Series[str], second: pd.Series[str]) -> pd.Series[str]:
    if not (second != "").any():
        return first
    both = (first != "") & (second != "")
    return first.where(first != "", second).mask(both, first + ALSO + second)
