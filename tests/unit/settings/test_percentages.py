from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bulkreset.settings.percentages import percentage, percentage_text


@pytest.mark.parametrize(
    ("text", "fraction"), [("5%", 0.05), ("5 %", 0.05), ("7%", 0.07), ("100%", 1), ("0.1%", 0.001), ("0%", 0)]
)
def test_these_are_percentages(text: str, fraction: float) -> None:
    assert percentage(text) == fraction


@pytest.mark.parametrize(
    "text", ["", "%", "5", "0.05", "-5%", "101%", "100.1%", "5%%", "five%", "5,5%", "٥%", "1e1%"]
)
def test_these_are_none(text: str) -> None:
    assert percentage(text) is None


@pytest.mark.parametrize("percent", range(101))
def test_a_whole_percentage_is_written_back_as_it_was(percent: int) -> None:
    fraction = percentage(f"{percent}%")
    assert fraction is not None
    assert percentage_text(fraction) == f"{percent}%"


@given(st.floats(min_value=1e-9, max_value=1))
def test_every_fraction_survives_being_written(fraction: float) -> None:
    assert percentage(percentage_text(fraction)) == fraction
