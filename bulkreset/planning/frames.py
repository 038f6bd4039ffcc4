"""Walking over large tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

ROWS_AT_ONCE = 50_000


def tuples(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """The rows as tuples of Python values, of which only a part exists at a time."""
    for start in range(0, len(frame), ROWS_AT_ONCE):
        part = frame.iloc[start : start + ROWS_AT_ONCE]
        yield from zip(*(part[name].tolist() for name in part.columns), strict=True)
