"""How long to wait before trying again: exponential, capped, and half of it by chance."""

from __future__ import annotations

import random

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 20.0


def backoff_seconds(tries: int, rng: random.Random) -> float:
    """The wait after the `tries`-th try in a row that brought nothing, counted from 1."""
    ceiling = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(tries - 1, 10))
    return rng.uniform(ceiling / 2, ceiling)
