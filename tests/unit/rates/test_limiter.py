"""The limiter: even slots, no second above the quota, and a rate that gives way and comes back."""

from __future__ import annotations

import threading
from bisect import bisect_left
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from bulkreset.clock import VirtualClock
from bulkreset.rates.limiter import BURST_SECONDS, JITTER_GUARD, Grant, Limiter, Limiters
from bulkreset.rates.yielding import CUT_FACTOR, FLOOR, RECOVERY_PER_SECOND

QUOTA = 30.0


def limiter(share: float = 1.0, quota: float = QUOTA) -> tuple[Limiter, VirtualClock]:
    clock = VirtualClock()
    return Limiter(Grant("UserAccountRecovery", quota * share, quota), clock), clock


def taken(one: Limiter, clock: VirtualClock, calls: int) -> list[float]:
    """When so many calls in a row go out, each as soon as it may."""
    times = []
    for _ in range(calls):
        one.wait()
        times.append(clock.monotonic())
    return times


def most_in_a_second(times: list[float]) -> int:
    """The largest number of calls in any half-open window of one second."""
    return max(bisect_left(times, start + 1.0 - 1e-9) - index for index, start in enumerate(times))


def test_calls_in_a_row_are_evenly_spaced():
    times = taken(*limiter(), calls=200)

    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) == pytest.approx(max(gaps))
    assert max(gaps) == pytest.approx(1 / (QUOTA * (1 - JITTER_GUARD)))


@pytest.mark.parametrize("stall_seconds", [0.004, 0.03, 0.1, 0.19, 0.5, 6.0])
@pytest.mark.parametrize("ahead", [1, 3, 6])
def test_no_second_holds_more_calls_than_the_quota_where_a_stalled_machine_sends_them_late(
    ahead, stall_seconds
):
    one, clock = limiter()
    times = taken(one, clock, 40)
    slots = [one.reserve() for _ in range(ahead)]
    clock.sleep(slots[0] + stall_seconds - clock.monotonic())
    for slot in slots:
        clock.sleep(max(0.0, slot - clock.monotonic()))
        times.append(clock.monotonic())
        one.called(slot, clock.monotonic())

    times += taken(one, clock, 80)

    assert most_in_a_second(times) <= QUOTA
    assert times[-1] - times[0] < 120 / QUOTA + stall_seconds + 0.5, "and no more is lost than was held up"


def test_calls_that_are_a_little_late_where_the_quota_has_room_put_nothing_off():
    one, clock = limiter(share=0.5)
    slots = [one.reserve() for _ in range(3)]
    clock.sleep(slots[-1] + 0.1)
    for slot in slots:
        one.called(slot, clock.monotonic())

    assert one.next_slot() == clock.monotonic()


def test_the_first_call_need_not_wait():
    one, clock = limiter()

    one.wait()

    assert clock.monotonic() == 0.0


@pytest.mark.parametrize("share", [0.03, 0.1, 0.5, 0.8, 0.9, 0.98, 0.99, 1.0])
@pytest.mark.parametrize("quota", [5.0, 15.0, 25.0, 30.0, 120.0])
@pytest.mark.parametrize("idle_seconds", [0.0, 0.1, 0.5, 3600.0])
def test_no_second_holds_more_calls_than_the_quota(share, quota, idle_seconds):
    one, clock = limiter(share, quota)
    first = taken(one, clock, 7)
    clock.sleep(idle_seconds)

    assert most_in_a_second(first + taken(one, clock, int(quota * 4))) <= quota


@pytest.mark.parametrize("share", [0.5, 0.8, 1.0])
def test_the_whole_grant_is_used(share):
    times = taken(*limiter(share), calls=3000)

    assert 2999 / times[-1] >= QUOTA * share * 0.99


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_a_burst_after_a_pause_is_at_most_a_fifth_of_a_second_of_the_grant(share):
    one, clock = limiter(share)
    taken(one, clock, 3)
    clock.sleep(60.0)

    start = clock.monotonic()
    at_once = [time for time in taken(one, clock, 50) if time == start]

    assert len(at_once) <= 1 + BURST_SECONDS * QUOTA * share


def test_there_is_no_burst_where_the_grant_is_the_whole_quota():
    one, clock = limiter(1.0)
    taken(one, clock, 3)
    clock.sleep(60.0)

    first, second = taken(one, clock, 2)

    assert second - first == pytest.approx(1 / one.rate_per_second)


def test_a_pause_is_never_made_up_for():
    one, clock = limiter(0.5)
    clock.sleep(3600.0)

    start = clock.monotonic()
    times = taken(one, clock, 300)

    assert 300 / (times[-1] - start) <= QUOTA * 0.5 * (1 + BURST_SECONDS / 10)


def test_looking_at_the_next_slot_does_not_take_it():
    one, _ = limiter()

    assert one.next_slot() == one.next_slot() == one.reserve()


def test_reserving_never_waits_and_hands_out_each_slot_once():
    one, clock = limiter()

    slots = [one.reserve() for _ in range(100)]

    assert clock.monotonic() == 0.0
    assert slots == sorted(set(slots))


def test_a_slot_is_not_before_the_time_that_it_is_asked_for():
    one, _ = limiter()

    assert one.reserve(not_before=5.0) == 5.0
    assert one.reserve() == pytest.approx(5.0 + 1 / one.rate_per_second)


def test_a_time_before_the_next_slot_changes_nothing():
    one, _ = limiter()
    one.reserve()

    assert one.reserve(not_before=0.001) == pytest.approx(1 / one.rate_per_second)


def test_slots_of_two_limiters_for_one_call_agree():
    category, clock = limiter()
    mails = Limiter(Grant("email-sends", 5.0, 5.0), clock)

    slots = []
    for _ in range(20):
        slot = max(category.free_slot(), mails.free_slot())
        slot = category.reserve(not_before=slot)
        slots.append(mails.reserve(not_before=slot))

    assert most_in_a_second(slots) <= 5
    assert 19 / (slots[-1] - slots[0]) == pytest.approx(mails.rate_per_second)
    assert category.free_slot() == pytest.approx(slots[-1] + 1 / category.rate_per_second)


def test_threads_never_share_a_slot():
    one, _ = limiter(quota=1000.0)
    slots: list[float] = []
    threads = [
        threading.Thread(target=lambda: slots.extend(one.reserve() for _ in range(200))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(slots)) == 1600


def test_a_refusal_slows_down_to_seven_tenths():
    one, _ = limiter(0.5)
    before = one.rate_per_second

    one.slow_down()

    assert one.rate_per_second == pytest.approx(before * 0.7)
    assert one.throttled == 1


def test_refusals_of_one_second_cut_once_and_are_all_counted():
    one, clock = limiter(0.5)
    before = one.rate_per_second

    for _ in range(20):
        one.slow_down()
        clock.sleep(0.04)

    assert one.throttled == 20
    assert one.rate_per_second == pytest.approx(before * (CUT_FACTOR + 0.8 * RECOVERY_PER_SECOND))


def test_refusals_in_later_seconds_cut_further():
    one, clock = limiter(0.5)
    before = one.rate_per_second

    one.slow_down()
    clock.sleep(1.0)
    one.slow_down()

    assert one.rate_per_second == pytest.approx(before * (CUT_FACTOR + RECOVERY_PER_SECOND) * CUT_FACTOR)


def test_the_rate_never_falls_below_the_floor():
    one, clock = limiter(0.5)
    top = one.rate_per_second

    for _ in range(100):
        one.slow_down()
        clock.sleep(1.0)
        assert one.rate_per_second >= top * FLOOR


def test_the_floor_is_reached_by_refusals_without_end():
    one, clock = limiter(0.5)
    top = one.rate_per_second

    for _ in range(100):
        one.slow_down()
        lowest = one.rate_per_second
        clock.sleep(1.0)

    assert lowest <= top * 0.2


def test_the_rate_comes_back_by_the_same_amount_each_second():
    one, clock = limiter(0.5)
    top = one.rate_per_second
    one.slow_down()

    rates = []
    for _ in range(7):
        rates.append(one.rate_per_second)
        clock.sleep(1.0)

    steps = [later - earlier for earlier, later in pairwise(rates)]
    assert rates[0] == pytest.approx(top * CUT_FACTOR)
    assert steps[:5] == pytest.approx([top * RECOVERY_PER_SECOND] * 5)
    assert one.rate_per_second == top, "0.7 and six times 0.05 is all of it"


def test_the_rate_never_comes_back_to_more_than_the_grant():
    one, clock = limiter(0.5)
    top = one.rate_per_second
    one.slow_down()

    clock.sleep(3600.0)

    assert one.rate_per_second == top


def test_slots_after_a_refusal_follow_the_lower_rate():
    one, clock = limiter(1.0)
    taken(one, clock, 10)
    one.slow_down()

    first, second = taken(one, clock, 2)

    assert first >= 9 / QUOTA + 1 / (QUOTA * CUT_FACTOR) - 0.01
    assert second - first > 1.3 / QUOTA


def test_a_refusal_after_a_pause_is_not_answered_at_once():
    one, clock = limiter(0.5)
    clock.sleep(60.0)

    one.slow_down()

    assert one.next_slot() == pytest.approx(clock.monotonic() + 1 / (QUOTA * 0.5 * CUT_FACTOR))


def test_the_reason_for_being_slow_stands_for_as_long_as_it_is_slow():
    one, clock = limiter(0.5)
    assert one.slow_reason == ""

    one.slow_down()
    assert "TooManyRequestsException" in one.slow_reason
    assert "other callers" in one.slow_reason

    clock.sleep(5.9)
    assert one.slow_reason

    clock.sleep(0.2)
    assert one.slow_reason == ""


@given(
    share=st.floats(0.05, 1.0),
    quota=st.sampled_from([5.0, 15.0, 25.0, 30.0, 120.0]),
    events=st.lists(
        st.one_of(
            st.just("call"),
            st.just("call"),
            st.just("refusal"),
            st.floats(0.0, 3.0),
            st.tuples(st.just("not before"), st.floats(0.0, 0.5)),
            st.tuples(st.just("regrant"), st.floats(0.05, 1.0)),
        ),
        max_size=150,
    ),
)
def test_whatever_happens_the_quota_holds(share, quota, events):
    one, clock = limiter(share, quota)
    times: list[float] = []
    refusals = 0
    for event in events:
        match event:
            case "call":
                times.append(one.reserve())
            case "refusal":
                refusals += 1
                one.slow_down()
            case ("not before", seconds):
                times.append(one.reserve(clock.monotonic() + seconds))
            case ("regrant", new_share):
                one.regrant(quota * new_share)
            case seconds:
                clock.sleep(seconds)
        top = one.grant.top
        assert top * FLOOR * 0.999 <= one.rate_per_second <= top
        assert bool(one.slow_reason) == (one.rate_per_second < top)
    assert one.throttled == refusals
    assert not times or most_in_a_second(sorted(times)) <= quota


@given(
    share=st.floats(0.05, 1.0),
    events=st.lists(st.one_of(st.just("call"), st.just("refusal"), st.floats(0.0, 3.0)), max_size=150),
)
def test_slots_are_handed_out_in_order(share, events):
    one, clock = limiter(share)
    times = []
    for event in events:
        match event:
            case "call":
                times.append(one.reserve())
            case "refusal":
                one.slow_down()
            case seconds:
                clock.sleep(seconds)

    assert times == sorted(times)


def test_each_category_has_one_limiter_made_when_first_asked_for():
    clock = VirtualClock()
    asked = []

    def grant(category: str) -> Grant:
        asked.append(category)
        return Grant(category, 10.0, 20.0)

    limiters = Limiters(grant, clock)
    first = limiters.of("UserList")

    assert limiters.of("UserList") is first
    assert limiters.of("UserUpdate") is not first
    assert asked == ["UserList", "UserUpdate"]
    assert {one.grant.category for one in limiters.all()} == {"UserList", "UserUpdate"}
