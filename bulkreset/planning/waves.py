"""How many rows each wave has."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from bulkreset.settings.waves import Wave

ROUNDING = 1e-6
"""7 % of 100 rows are 7, although 100 * 0.07 is a little more."""


def wave_sizes(waves: Iterable[Wave], rows: int) -> tuple[int, ...]:
    """The sizes of the waves over so many rows to do, none of them empty.

    A percentage is of all rows, rounded up. What the waves leave makes one more.
    """
    sizes = []
    left = rows
    for wave in (*waves, Wave()):
        size = min(left, _wanted(wave, rows))
        if size:
            sizes.append(size)
            left -= size
    return tuple(sizes)


def _wanted(wave: Wave, rows: int) -> int:
    if wave.count is not None:
        return wave.count
    return rows if wave.fraction is None else max(1, ceil(rows * wave.fraction - ROUNDING))
