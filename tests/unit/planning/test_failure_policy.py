"""When so many rows have failed that a run stops, and how many may be at risk at once until then."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, strategies as st

from bulkreset.planning.failures import FailurePolicy
from bulkreset.settings.max_failed import MaxFailed


def policy(**given) -> FailurePolicy:
    return FailurePolicy(MaxFailed(**{"strict": True, **given}))


FIVE_PERCENT = policy(fraction=0.05)
TWENTY_ROWS = policy(count=20)


@pytest.mark.parametrize(("settled", "failed"), [(0, 0), (49, 49), (50, 2), (60, 3), (100, 5), (1000, 50)])
def test_a_run_goes_on_within_its_threshold(settled, failed):
    assert FIVE_PERCENT.exceeded(settled, failed) == ""


@pytest.mark.parametrize(("settled", "failed"), [(50, 3), (50, 50), (60, 4), (100, 6), (1000, 51)])
def test_a_run_stops_beyond_its_threshold(settled, failed):
    assert FIVE_PERCENT.exceeded(settled, failed)


def test_the_reason_carries_the_numbers():
    assert FIVE_PERCENT.exceeded(1200, 84) == "84 of 1,200 rows failed (7.0%) and max_failed is 5%"
    assert TWENTY_ROWS.exceeded(1200, 21) == "21 rows failed and max_failed is 20"


def test_a_number_of_rows_needs_no_minimum():
    assert TWENTY_ROWS.exceeded(20, 20) == ""
    assert TWENTY_ROWS.exceeded(21, 21)
    assert policy(count=0).exceeded(1, 1)


@pytest.mark.parametrize("percent", range(1, 100))
def test_a_percentage_is_taken_as_it_was_written(percent):
    threshold = policy(fraction=percent / 100, minimum=1)

    assert threshold.exceeded(100, percent) == ""
    assert threshold.exceeded(100, percent + 1)


def test_a_run_that_may_fail_altogether_is_never_stopped_nor_narrowed():
    threshold = policy(fraction=1.0)

    assert threshold.exceeded(1000, 1000) == ""
    assert threshold.room(0, 0, 0) is None


def test_a_policy_that_is_not_strict_leaves_room_for_as_many_as_there_are():
    assert policy(fraction=0.05, strict=False).room(0, 0, 10**6) is None
    assert policy(count=1, strict=False).room(9, 1, 10**6) is None


def test_a_number_of_rows_leaves_room_for_one_more_than_may_still_fail():
    assert TWENTY_ROWS.room(0, 0, 0) == 21
    assert TWENTY_ROWS.room(500, 15, 4) == 2
    assert TWENTY_ROWS.room(500, 15, 6) == 0


def test_a_run_that_goes_well_has_more_and_more_room():
    rooms = [FIVE_PERCENT.room(settled, 0, 0) for settled in (0, 50, 100, 1000, 10_000)]

    assert rooms == [3, 3, 6, 51, 501]


def test_until_the_minimum_is_settled_failing_rows_go_one_by_one():
    assert FIVE_PERCENT.room(0, 0, 2) == 1
    assert FIVE_PERCENT.room(3, 3, 0) == 1
    assert FIVE_PERCENT.room(3, 3, 1) == 0
    assert FIVE_PERCENT.room(49, 49, 0) == 1


def test_the_nearer_the_threshold_the_less_room():
    rooms = [FIVE_PERCENT.room(1000, failed, 0) for failed in (0, 20, 40, 49, 50)]

    assert rooms == [51, 31, 11, 2, 1]


def test_there_is_always_room_for_one_where_nothing_is_at_risk():
    assert FIVE_PERCENT.room(20, 20, 0) == 1
    assert TWENTY_ROWS.room(300, 25, 0) == 1


FRACTIONS = st.one_of(st.integers(1, 99).map(lambda percent: percent / 100), st.floats(0.001, 0.999))
POLICIES = st.one_of(
    st.builds(MaxFailed, fraction=FRACTIONS, minimum=st.integers(1, 60), strict=st.just(True)),
    st.builds(MaxFailed, count=st.integers(0, 30), strict=st.just(True)),
)


@given(max_failed=POLICIES, data=st.data())
def test_whatever_fails_in_whatever_order_at_most_one_row_fails_beyond_the_threshold(max_failed, data):
    """As many rows are begun as there is room for, and settle in any order, until the run must stop."""
    threshold = FailurePolicy(max_failed)
    settled = failed = at_risk = 0
    for _ in range(data.draw(st.integers(1, 120))):
        begun = 0 if threshold.exceeded(settled, failed) else threshold.room(settled, failed, at_risk)
        at_risk += min(begun, data.draw(st.integers(0, 200)))
        if at_risk:
            ends = data.draw(st.lists(st.booleans(), min_size=1, max_size=at_risk))
            settled, failed, at_risk = settled + len(ends), failed + sum(ends), at_risk - len(ends)
        assert_hardly_overshot(max_failed, settled, failed)
    assert_hardly_overshot(max_failed, settled + at_risk, failed + at_risk)


def assert_hardly_overshot(policy: MaxFailed, settled: int, failed: int) -> None:
    if policy.count is not None:
        assert failed <= policy.count + 1
    elif settled > policy.minimum:
        assert failed <= int(Fraction(policy.fraction).limit_denominator(10**6) * settled) + 1


@given(max_failed=POLICIES, data=st.data())
def test_a_run_in_which_everything_fails_stops_as_soon_as_it_may(max_failed, data):
    threshold = FailurePolicy(max_failed)
    settled = 0
    while not threshold.exceeded(settled, settled):
        begun = data.draw(st.integers(1, threshold.room(settled, settled, 0)))
        settled += begun

    assert settled <= max(max_failed.minimum, (max_failed.count or 0) + 1)
