"""How many messages a day allows, and the refusal of a plan that does not fit, with the numbers."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from bulkreset.account import Medium, MessageLimit
from bulkreset.planning.message_budget import allowance, budget_problems, day_allowance
from bulkreset.settings.messages import Messages

EMAIL, SMS = Medium.EMAIL, Medium.SMS
COGNITO = MessageLimit(EMAIL, per_day=50, renewed_at_hour=9, source="Cognito's own sender")


def problems(planned=120, limit=COGNITO, spent=0, **messages) -> list[str]:
    return budget_problems({limit.medium: planned}, [limit], {limit.medium: spent}, Messages(**messages))


def test_what_is_sent_already_is_taken_off():
    assert allowance(COGNITO, 12, Messages()) == 38


def test_the_services_count_may_know_of_more_than_we_do():
    limit = MessageLimit(EMAIL, per_day=200, sent_today=150)

    assert allowance(limit, 20, Messages()) == 50
    assert allowance(limit, 160, Messages()) == 40


def test_nothing_is_left_where_more_was_sent_than_allowed():
    assert allowance(COGNITO, 70, Messages()) == 0


@pytest.mark.parametrize(
    ("per_day", "messages", "most"),
    [
        (None, {}, None),
        (None, {"leave": 0.5}, None),
        (None, {"per_day": 7}, 7),
        (50, {}, 50),
        (50, {"per_day": 20}, 20),
        (50, {"per_day": 90}, 50),
        (50, {"leave": 0.2}, 40),
        (50, {"leave": 0.9}, 5),
        (55, {"leave": 0.5}, 27),
        (50, {"leave": 0.2, "per_day": 39}, 39),
        (50, {"leave": 1.0}, 0),
        (0, {}, 0),
    ],
)
def test_a_day_allows_the_least_of_what_the_account_and_the_job_allow(per_day, messages, most):
    assert day_allowance(MessageLimit(EMAIL, per_day=per_day), Messages(**messages)) == most


def test_without_a_limit_nothing_speaks_against_any_number():
    assert allowance(MessageLimit(EMAIL), 10**6, Messages()) is None
    assert budget_problems({EMAIL: 10**6}, [], {}, Messages()) == []


def test_a_plan_of_exactly_what_is_left_is_accepted():
    assert problems(38, spent=12) == []
    assert len(problems(39, spent=12)) == 1


def test_a_plan_that_does_not_fit_is_refused_with_the_numbers_and_what_to_write():
    (problem,) = problems(1200, spent=12, leave=0.2, per_day=45)

    assert "1,200 messages by email" in problem
    assert "28 may still be sent today" in problem
    assert "50 a day (Cognito's own sender)" in problem
    assert "`messages.leave` keeps 20% of them" in problem
    assert "`messages.per_day` is 45" in problem
    assert "12 are sent already" in problem
    assert "`messages: {spread: true}`" in problem
    assert "Amazon SES" in problem


def test_a_plan_that_is_spread_over_days_may_be_larger_than_a_day():
    assert problems(1200, spent=50, spread=True) == []


@pytest.mark.parametrize("spread", [True, False])
def test_a_plan_that_no_day_allows_anything_of_is_refused(spread):
    (problem,) = problems(1, leave=1.0, spread=spread)

    assert "not one may be sent on any day" in problem
    assert "lower `messages.leave`" in problem


def test_an_account_that_may_send_nothing_is_told_how_to_send_more():
    (problem,) = problems(1, MessageLimit(SMS, per_day=0, source="the spending limit"), spread=True)

    assert "0 a day (the spending limit)" in problem
    assert "raise the spending limit for SMS" in problem


@pytest.mark.parametrize("spread", [True, False])
def test_a_plan_whose_messages_would_not_arrive_is_refused_however_small(spread):
    limit = MessageLimit(EMAIL, per_day=50_000, refusal="sending is paused for this account")

    (problem,) = problems(1, limit, spread=spread)

    assert "sending is paused for this account" in problem


def test_a_medium_by_which_nothing_is_sent_is_no_problem():
    assert problems(0, MessageLimit(SMS, refusal="no SMS role")) == []


def test_each_medium_is_held_to_its_own_limit():
    limits = [COGNITO, MessageLimit(SMS, per_day=10)]
    found = budget_problems({EMAIL: 51, SMS: 11}, limits, {EMAIL: 0, SMS: 0}, Messages())

    assert ["email" in problem for problem in found] == [True, False]
    assert budget_problems({EMAIL: 51, SMS: 10}, limits, {}, Messages()) == found[:1]


def test_the_jobs_own_limit_holds_where_the_account_has_none():
    (problem,) = budget_problems({SMS: 8}, [], {SMS: 3}, Messages(per_day=10))

    assert "7 may still be sent today: `messages.per_day` is 10, 3 are sent already" in problem


MESSAGES = st.builds(
    Messages,
    spread=st.booleans(),
    per_day=st.none() | st.integers(1, 1000),
    leave=st.floats(0, 1),
)
LIMITS = st.builds(
    MessageLimit,
    st.just(EMAIL),
    per_day=st.none() | st.integers(0, 1000),
    sent_today=st.none() | st.integers(0, 1000),
)


@given(limit=LIMITS, spent=st.integers(0, 1000), messages=MESSAGES, planned=st.integers(1, 2000))
def test_a_plan_is_accepted_exactly_when_it_fits_today_or_some_day(limit, spent, messages, planned):
    left, a_day = allowance(limit, spent, messages), day_allowance(limit, messages)
    fits = left is None or planned <= left or (messages.spread and bool(a_day))

    assert (budget_problems({EMAIL: planned}, [limit], {EMAIL: spent}, messages) == []) == fits


@given(limit=LIMITS, spent=st.integers(0, 1000), messages=MESSAGES)
def test_what_is_left_and_what_is_sent_never_exceed_the_account_s_day(limit, spent, messages):
    left = allowance(limit, spent, messages)

    if limit.per_day is not None:
        assert (
            left == 0
            or left + max(spent, limit.sent_today or 0) <= limit.per_day * (1 - messages.leave) + 1e-5
        )
