"""When a run will be through, against cases reckoned by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from bulkreset.account import Medium
from bulkreset.planning.calendar import DailyMessages, Load, Timeline, timeline
from bulkreset.planning.window import moment
from bulkreset.settings.window import Window

EMAIL, SMS = Medium.EMAIL, Medium.SMS
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
TEN = datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp()
"""A Friday, at ten in the morning."""


def at(day: int, hour: int = 0, minute: int = 0) -> float:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC).timestamp()


def mails(count: int, per_second: float = 30.0) -> Load:
    return Load(count, count / per_second, {EMAIL: count})


def signed_out(count: int, per_second: float = 30.0) -> Load:
    return Load(count, count / per_second)


def nightly(opens: int, closes: int) -> Window:
    return Window(opens=time(opens), closes=time(closes), timezone="UTC")


def fifty(left: int = 50, hour: int = 9) -> dict[Medium, DailyMessages]:
    return {EMAIL: DailyMessages(50, left, hour)}


def by_day(found: Timeline) -> list[tuple[int, int]]:
    return [(day.date.day, day.rows) for day in found.days]


def test_a_run_that_nothing_holds_up_takes_as_long_as_its_rows():
    found = timeline(TEN, [signed_out(54_000)])

    assert found.finish == pytest.approx(TEN + 30 * MINUTE)
    assert by_day(found) == [(20, 54_000)]
    assert (found.left, found.obstacle) == (0, "")


def test_nothing_to_do_is_done_at_once():
    assert timeline(TEN, []) == Timeline(TEN, (), ())
    assert timeline(TEN, [Load(0, 0.0)]).finish == TEN


def test_120_mails_with_50_a_day_take_three_days():
    found = timeline(TEN, [mails(120)], budgets=fifty())

    assert [(day.date, day.rows, day.messages) for day in found.days] == [
        (date(2026, 11, 20), 50, {EMAIL: 50}),
        (date(2026, 11, 21), 50, {EMAIL: 50}),
        (date(2026, 11, 22), 20, {EMAIL: 20}),
    ]
    assert found.finish == pytest.approx(at(22, 9) + 20 / 30)


def test_what_is_left_of_the_first_day_is_sent_before_it_is_renewed():
    found = timeline(at(20, 8), [mails(120)], budgets=fifty(left=12))

    assert by_day(found) == [(20, 62), (21, 50), (22, 8)]


def test_a_day_begins_at_the_hour_that_renews_its_messages():
    found = timeline(TEN, [mails(100)], budgets=fifty(hour=23))

    assert found.finish == pytest.approx(at(20, 23) + 50 / 30)


def test_rows_that_send_nothing_do_not_wait_for_messages():
    mixed = Load(60_000, 2000.0, {EMAIL: 75})
    found = timeline(TEN, [mixed], budgets=fifty())

    assert by_day(found) == [(20, 59_975), (21, 25)]


def test_each_medium_has_days_of_its_own():
    both = Load(160, 10.0, {EMAIL: 120, SMS: 40})
    budgets = {EMAIL: DailyMessages(50, 50, 9), SMS: DailyMessages(20, 20, 0)}
    found = timeline(TEN, [both], budgets=budgets)

    assert [(day.date.day, day.messages) for day in found.days] == [
        (20, {EMAIL: 50, SMS: 20}),
        (21, {EMAIL: 50, SMS: 20}),
        (22, {EMAIL: 20}),
    ]


def test_a_window_of_eight_hours_at_thirty_a_second_holds_864000_rows():
    found = timeline(TEN, [signed_out(864_000 * 2 + 54_000)], window=nightly(22, 6))

    assert found.waves[0].begin == at(20, 22)
    assert found.finish == pytest.approx(at(22, 22, 30))
    assert by_day(found) == [(20, 216_000), (21, 648_000 + 216_000), (22, 648_000 + 54_000)]


def test_messages_are_renewed_outside_the_window_too():
    found = timeline(TEN, [mails(120)], window=nightly(22, 6), budgets=fifty(left=10))

    assert found.finish == pytest.approx(at(23, 22) + 10 / 30)
    assert by_day(found) == [(20, 10), (21, 50), (22, 50), (23, 10)]


def test_waves_follow_each_other_after_a_pause():
    found = timeline(TEN, [signed_out(30), signed_out(1800), signed_out(54_000)], between=10 * MINUTE)
    first, second, third = found.waves

    assert (first.begin, first.end) == (TEN, pytest.approx(TEN + 1))
    assert (second.begin, second.end) == (
        pytest.approx(TEN + 1 + 10 * MINUTE),
        pytest.approx(TEN + 1 + 11 * MINUTE),
    )
    assert third.begin == pytest.approx(TEN + 1 + 21 * MINUTE)
    assert found.finish == third.end == pytest.approx(TEN + 1 + 51 * MINUTE)


def test_a_pause_that_ends_after_the_window_ends_with_the_next_one():
    found = timeline(at(20, 5, 55), [signed_out(30), signed_out(30)], between=600, window=nightly(22, 6))

    assert found.waves[1].begin == at(20, 22)


def test_a_run_that_its_deadline_cuts_off_says_how_much_is_left():
    found = timeline(TEN, [signed_out(54_000), signed_out(10)], deadline=TEN + 10 * MINUTE)

    assert found.finish is None
    assert found.obstacle == "the deadline, 2026-11-20T10:10:00.000Z, comes first"
    assert found.left == 36_010
    assert [(span.begin, span.end) for span in found.waves] == [(TEN, None)]


def test_a_deadline_between_two_windows_is_one_too():
    found = timeline(TEN, [signed_out(30)], window=nightly(22, 6), deadline=TEN + HOUR)

    assert (found.finish, found.left, found.days) == (None, 30, ())
    assert found.waves[0].begin is None


def test_a_run_that_ends_before_its_deadline_does_not_mind_it():
    assert timeline(TEN, [signed_out(30)], deadline=TEN + 2).finish == pytest.approx(TEN + 1)


def test_a_run_that_may_send_nothing_never_ends():
    found = timeline(TEN, [Load(50, 5.0, {EMAIL: 20})], budgets={EMAIL: DailyMessages(0, 5)})

    assert (found.finish, found.left) == (None, 15)
    assert found.obstacle == "no day allows a message of those that are left"
    assert by_day(found) == [(20, 35)]


def test_a_run_that_would_take_more_than_a_year_says_so():
    found = timeline(TEN, [mails(10**6)], budgets=fifty(), window=nightly(22, 6))

    assert found.finish is None
    assert found.obstacle == "it would take more than a year"
    assert found.left > 900_000


def test_rows_slower_than_a_window_are_done_over_several():
    found = timeline(at(20, 22), [Load(2, 24 * HOUR)], window=nightly(22, 6))

    assert found.finish == at(23, 6)


BUDGETS = st.builds(
    DailyMessages, a_day=st.integers(20, 500), left=st.integers(0, 500), renewed_at_hour=st.integers(0, 23)
)
LOADS = st.builds(
    lambda mails, texts, others, seconds: Load(
        mails + texts + others, (mails + texts + others) * seconds, {EMAIL: mails, SMS: texts}
    ),
    st.integers(0, 900),
    st.integers(0, 300),
    st.integers(1, 10_000),
    st.sampled_from([0.0, 0.01, 1 / 30, 1.0]),
)


@given(
    loads=st.lists(LOADS, max_size=4),
    email=BUDGETS,
    sms=BUDGETS,
    window=st.none() | st.builds(nightly, st.sampled_from([0, 8, 22]), st.sampled_from([6, 12, 23])),
    between=st.sampled_from([0.0, 600.0, 5 * HOUR]),
)
def test_every_row_is_done_once_in_the_window_and_within_the_messages_of_each_day(
    loads, email, sms, window, between
):
    found = timeline(TEN, loads, between=between, window=window, budgets={EMAIL: email, SMS: sms})

    assert found.finish is not None
    assert found.left == 0
    assert sum(day.rows for day in found.days) == sum(load.rows for load in loads)
    for medium, budget in ((EMAIL, email), (SMS, sms)):
        sent = [day.messages.get(medium, 0) for day in found.days]
        assert sum(sent) == sum(load.messages[medium] for load in loads)
        assert all(count <= budget.a_day + max(budget.left, budget.a_day) for count in sent)
        days = (datetime.fromtimestamp(found.finish, UTC).date() - date(2026, 11, 20)).days
        assert sum(sent) <= budget.left + budget.a_day * (days + 1)
    ends = [(span.begin, span.end) for span in found.waves]
    assert all(begin <= end for begin, end in ends)
    assert window is None or all(moment(window, begin).is_open for begin, _ in ends)
    assert all(end + between <= begin for (_, end), (begin, _) in pairwise(ends))
    assert found.finish >= TEN + sum(load.seconds for load in loads) - 1e-3
