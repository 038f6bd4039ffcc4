"""Caps: how many users a plan may change, refused with the numbers."""

from __future__ import annotations

import pytest

from bulkreset.planning.caps import FREE_OF_FRACTION, cap_problems


def test_a_plan_within_its_caps_is_accepted():
    assert cap_problems(200, 1000, max_users=10_000, max_pool_fraction=0.2) == []


def test_a_plan_of_exactly_the_cap_is_accepted():
    assert cap_problems(10_000, 1_000_000, max_users=10_000, max_pool_fraction=0.2) == []


def test_too_many_users_are_refused_with_the_numbers():
    (problem,) = cap_problems(10_001, 1_000_000, max_users=10_000, max_pool_fraction=0.2)

    assert "10,001 users" in problem
    assert "caps.max_users is 10,000" in problem


def test_too_much_of_the_pool_is_refused_with_the_numbers():
    (problem,) = cap_problems(250, 1000, max_users=10_000, max_pool_fraction=0.2)

    assert "250 of the pool's 1,000 users (25.0%)" in problem
    assert "caps.max_pool_fraction is 20.0%" in problem


def test_both_caps_are_shown_together():
    assert len(cap_problems(600, 1000, max_users=500, max_pool_fraction=0.2)) == 2


@pytest.mark.parametrize("users", [0, 1, FREE_OF_FRACTION])
def test_a_few_users_may_be_all_of_a_small_pool(users):
    assert cap_problems(users, users, max_users=10_000, max_pool_fraction=0.01) == []


def test_one_more_than_a_few_is_held_to_the_fraction():
    assert cap_problems(FREE_OF_FRACTION + 1, 12, max_users=10_000, max_pool_fraction=0.2)


def test_a_few_users_are_held_to_the_number_all_the_same():
    assert cap_problems(5, 1000, max_users=4, max_pool_fraction=1.0)


def test_a_pool_of_unknown_size_counts_as_changed_whole():
    assert cap_problems(11, 0, max_users=10_000, max_pool_fraction=0.99)
    assert cap_problems(11, 0, max_users=10_000, max_pool_fraction=1.0) == []


def test_all_of_the_pool_may_be_allowed():
    assert cap_problems(1000, 1000, max_users=10_000, max_pool_fraction=1.0) == []
