"""Back-off: longer each time, up to a cap, and never the same for everybody."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, strategies as st

from bulkreset.rates.backoff import FIRST_SECONDS, backoff_seconds


class Extreme(random.Random):
    """Always draws one end."""

    def __init__(self, *, highest: bool) -> None:
        super().__init__()
        self._highest = highest

    def uniform(self, a: float, b: float) -> float:
        return b if self._highest else a


@pytest.mark.parametrize(
    ("tries", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 16.0), (7, 20.0), (8, 20.0)]
)
def test_the_wait_doubles_up_to_the_cap(tries, longest):
    assert backoff_seconds(tries, Extreme(highest=True)) == longest


@pytest.mark.parametrize("tries", [1, 2, 5, 7, 100])
def test_the_shortest_wait_is_half_the_longest(tries):
    longest = backoff_seconds(tries, Extreme(highest=True))

    assert backoff_seconds(tries, Extreme(highest=False)) == longest / 2


@given(tries=st.integers(1, 10**6), seed=st.integers())
def test_every_wait_is_within_bounds(tries, seed):
    assert backoff_seconds(tries, random.Random(seed)) >= FIRST_SECONDS / 2  # noqa: S311 - jitter <= LONGEST_SECONDS


def test_waits_are_spread():
    rng = random.Random(4711)  # noqa: S311 - jitter

    assert len({backoff_seconds(3, rng) for _ in range(50)}) == 50
