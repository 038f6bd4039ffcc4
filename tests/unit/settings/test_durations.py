from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from pydantic_core import PydanticCustomError

from bulkreset.settings.durations import LONGEST_SECONDS, duration, duration_text


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90s", 90),
        ("10m", 600),
        ("2h", 7200),
        ("1d", 86_400),
        ("1h30m", 5400),
        ("1d 2h 3m 4s", 93_784),
        ("1.5h", 5400),
        ("0.1s", 0.1),
        ("0s", 0),
        (0, 0),
        (600, 600),
        (0.25, 0.25),
        ("366d", LONGEST_SECONDS),
    ],
)
def test_these_are_durations(written: object, seconds: float) -> None:
    assert duration(written) == seconds


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "m",
        "10",
        "10 m",
        "10M",
        "10min",
        "30m1h",
        "1h30",
        "-5m",
        "1e3s",
        "٣m",
        "367d",
        "999999999d",
        -1,
        10**30,
        1e300,
        True,
        [],
        None,
    ],
)
def test_these_are_none(written: object) -> None:
    with pytest.raises(PydanticCustomError, match="must be a"):
        duration(written)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (5400, "1h30m"), (90.5, "1m30.5s"), (86_400, "1d"), (93_784, "1d2h3m4s")]
)
def test_a_duration_is_told_in_its_largest_units(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


@given(st.integers(min_value=0, max_value=LONGEST_SECONDS))
def test_what_is_told_reads_back(seconds: int) -> None:
    assert duration(duration_text(seconds)) == seconds
