"""How many rows each wave has."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bulkreset.planning.waves import wave_sizes
from bulkreset.settings.waves import Wave

REST = Wave()


def users(count: int) -> Wave:
    return Wave(count=count)


def part(fraction: float) -> Wave:
    return Wave(fraction=fraction)


def test_without_waves_all_rows_are_one():
    assert wave_sizes((), 1000) == (1000,)


def test_numbers_are_users_and_percentages_are_of_all_rows():
    assert wave_sizes((users(10), part(0.01), part(0.1), REST), 10_000) == (10, 100, 1000, 8890)


def test_what_the_waves_leave_makes_one_more():
    assert wave_sizes((users(10), part(0.5)), 100) == (10, 50, 40)


@pytest.mark.parametrize(("rows", "sizes"), [(5, (5,)), (10, (10,)), (11, (10, 1)), (12, (10, 1, 1))])
def test_a_wave_for_which_nobody_is_left_vanishes(rows, sizes):
    assert wave_sizes((users(10), part(0.01), REST), rows) == sizes


def test_a_plan_that_does_nothing_has_no_waves():
    assert wave_sizes((users(10), REST), 0) == ()


def test_a_percentage_is_rounded_up_and_at_least_one_user():
    assert wave_sizes((part(0.01), REST), 3) == (1, 2)
    assert wave_sizes((part(0.01), REST), 101) == (2, 99)


@pytest.mark.parametrize("percent", range(1, 100))
def test_a_percentage_that_comes_out_even_is_not_rounded_up(percent):
    assert wave_sizes((part(percent / 100), REST), 100) == (percent, 100 - percent)


WAVES = st.lists(
    st.one_of(
        st.builds(users, st.integers(1, 10**6)), st.builds(part, st.floats(0.0001, 1.0)), st.just(REST)
    ),
    max_size=6,
)


@given(waves=WAVES, rows=st.integers(0, 10**7))
def test_every_row_is_in_exactly_one_wave_and_no_wave_is_empty(waves, rows):
    sizes = wave_sizes(waves, rows)

    assert sum(sizes) == rows
    assert all(size > 0 for size in sizes)
