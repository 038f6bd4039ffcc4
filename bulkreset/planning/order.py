"""In which order the rows of a plan are called.

The manifest decides who is in which wave, so that its first rows are the canaries. Within a wave those
with the lowest priority go first, and rows without one last.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]


def waves_and_turns(
    is_do: npt.NDArray[np.bool_], priority: npt.NDArray[np.float64] | None, sizes: Sequence[int]
) -> tuple[Numbers, Numbers]:
    """The wave and the turn of each row in the order of the manifest, both from 1 and 0 for rows not to do.

    `priority` holds NaN where a row has none. `sizes` are those of the waves, and add up to the rows to do.
    """
    waves = np.zeros(len(is_do), dtype=np.int64)
    turns = np.zeros(len(is_do), dtype=np.int64)
    wave = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    turn = np.arange(1, len(wave) + 1)
    if priority is not None and not np.isnan(priority[is_do]).all():
        order = np.lexsort((priority[is_do], wave))  # stable, and NaN comes last
        turn[order] = turn.copy()
    waves[is_do] = wave
    turns[is_do] = turn
    return waves, turns
