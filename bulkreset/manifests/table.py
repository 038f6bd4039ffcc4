"""What a manifest format yields, and how a format declares itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

Lines = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """Consecutive records of a manifest, as text and unjudged.

    `frame` has a str column for each name in the file, "" where a value is absent. `lines` is the
    physical line, from 1, on which each record starts. `problems` maps the position of a record in
    this table to what is wrong with its structure; its values are then as far as they could be read.
    `header_line` is set by formats that name their columns once, at the top.
    """

    frame: pd.DataFrame
    lines: Lines
    problems: Mapping[int, str]
    header_line: int | None = None


@dataclass(frozen=True, slots=True)
class ManifestFormat:
    """A manifest format: one file in this package that declares `FORMAT`.

    `read` streams the tables of a file in flat memory and raises InputError when the file as a
    whole cannot be read.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Path], Iterator[RawTable]]
