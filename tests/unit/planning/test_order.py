"""In which wave and in which turn each row is called."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from factories import directives, manifest_rows, snapshot, user
from hypothesis import given, strategies as st

from bulkreset.planning.order import waves_and_turns
from bulkreset.planning.planner import plan_rows
from bulkreset.planning.waves import wave_sizes
from bulkreset.settings.waves import Wave

NONE = math.nan


def ordered(is_do, priority, *sizes) -> tuple[list[int], list[int]]:
    numbers = None if priority is None else np.array(priority, dtype=float)
    waves, turns = waves_and_turns(np.array(is_do, dtype=bool), numbers, sizes)
    return waves.tolist(), turns.tolist()


def test_without_priorities_rows_go_in_the_order_of_the_manifest():
    assert ordered([1, 1, 1], None, 3) == ([1, 1, 1], [1, 2, 3])
    assert ordered([1, 1, 1], [NONE, NONE, NONE], 3) == ([1, 1, 1], [1, 2, 3])


def test_a_row_that_is_not_done_has_neither_wave_nor_turn():
    assert ordered([0, 1, 0, 1], None, 1, 1) == ([0, 1, 0, 2], [0, 1, 0, 2])


def test_the_lowest_priority_goes_first_and_rows_without_one_last():
    assert ordered([1, 1, 1, 1], [NONE, 5, -1, 0], 4)[1] == [4, 3, 1, 2]


def test_equal_priorities_go_in_the_order_of_the_manifest():
    assert ordered([1, 1, 1, 1, 1], [2, 1, 2, 1, NONE], 5)[1] == [3, 1, 4, 2, 5]


def test_the_first_rows_are_the_first_wave_whatever_their_priority():
    assert ordered([1, 1, 1, 1], [9, 8, 1, 2], 2, 2) == ([1, 1, 2, 2], [2, 1, 3, 4])


def test_the_priority_of_a_row_that_is_not_done_moves_nobody():
    assert ordered([1, 0, 1], [NONE, 1, NONE], 2) == ([1, 0, 1], [1, 0, 2])


@given(
    rows=st.lists(st.tuples(st.booleans(), st.one_of(st.just(NONE), st.integers(-3, 3))), max_size=40),
    canaries=st.integers(1, 10),
)
def test_turns_run_through_all_waves_without_a_gap(rows, canaries):
    is_do = [do for do, _ in rows]
    sizes = wave_sizes((Wave(count=canaries), Wave(fraction=0.5)), sum(is_do))
    waves, turns = ordered(is_do, [priority for _, priority in rows], *sizes)
    called = sorted(
        (turn, wave, math.inf if math.isnan(priority) else priority, position)
        for position, (turn, wave, (do, priority)) in enumerate(zip(turns, waves, rows, strict=True))
        if do
    )

    assert [turn for turn, *_ in called] == list(range(1, sum(is_do) + 1))
    assert [key for _, *key in called] == sorted(key for _, *key in called)
    assert all(turn == wave == 0 for turn, wave, do in zip(turns, waves, is_do, strict=True) if not do)


USERS = [user(f"user-{number}", enabled=number != 2) for number in range(1, 7)]


def planned(rows: pd.DataFrame, *waves: Wave) -> pd.DataFrame:
    return plan_rows(rows, snapshot(*USERS), directives(), Path("users.csv"), waves)


def test_waves_are_counted_over_the_rows_to_do():
    plan = planned(manifest_rows(*(("username", one.username) for one in USERS)), Wave(count=2), Wave())

    assert plan["wave"].tolist() == [1, 0, 1, 2, 2, 2]
    assert plan["turn"].tolist() == [1, 0, 2, 3, 4, 5]


def test_the_priorities_of_the_manifest_order_the_turns_of_the_plan():
    rows = manifest_rows(*(("username", one.username) for one in USERS))
    rows["priority"] = [7, 1, NONE, 5, NONE, 1]

    assert planned(rows)["turn"].tolist() == [3, 0, 4, 2, 5, 1]


def test_an_invalid_row_before_others_does_not_shift_their_priorities():
    rows = manifest_rows(
        {"identifier": "two words", "problem": "a space"}, ("username", "user-1"), ("username", "user-3")
    )
    rows["priority"] = [NONE, 2, 1]
    plan = planned(rows)

    assert plan["turn"].tolist() == [0, 2, 1]
    assert plan["wave"].tolist() == [0, 1, 1]


@pytest.mark.parametrize("rows", [[], [{"problem": "nothing"}], [("username", "nobody")]])
def test_a_plan_that_does_nothing_has_no_turns(rows):
    plan = planned(manifest_rows(*rows), Wave(count=10), Wave())

    assert plan["turn"].tolist() == plan["wave"].tolist() == [0] * len(rows)
