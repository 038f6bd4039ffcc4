"""A grant that changes while a run goes on: at once, never above the quota, a cut staying in proportion."""

from __future__ import annotations

import threading
from bisect import bisect_left

import pytest

from bulkreset.clock import VirtualClock
from bulkreset.rates.limiter import Grant, Limiter, Limiters
from bulkreset.rates.register import LocalRegister
from bulkreset.rates.yielding import CUT_FACTOR, RECOVERY_PER_SECOND

QUOTA = 30.0


def limiter(rate: float, quota: float = QUOTA) -> tuple[Limiter, VirtualClock]:
    clock = VirtualClock()
    return Limiter(Grant("UserAccountRecovery", rate, quota), clock), clock


def limiters() -> Limiters:
    return Limiters(lambda category: Grant(category, 10.0, QUOTA), VirtualClock())


def test_the_grant_tells_the_new_rate():
    one, _ = limiter(10.0)

    one.regrant(20.0)

    assert one.grant == Grant("UserAccountRecovery", 20.0, QUOTA)
    assert one.rate_per_second == 20.0
    assert one.slow_reason == ""


def test_no_rate_above_the_quota_is_granted():
    one, _ = limiter(10.0)

    one.regrant(1000.0)

    assert one.grant.rate_per_second == QUOTA
    assert one.rate_per_second < QUOTA


def test_a_quota_that_turns_out_to_be_higher_allows_a_higher_rate():
    one, _ = limiter(30.0)

    one.regrant(50.0, quota_per_second=100.0)

    assert one.grant == Grant("UserAccountRecovery", 50.0, 100.0)
    assert one.rate_per_second == 50.0


def test_a_higher_rate_does_not_wait_for_a_slot_of_the_lower_one():
    one, clock = limiter(0.1)
    one.wait()

    one.regrant(20.0)

    assert one.next_slot() == pytest.approx(clock.monotonic() + 1 / 20.0)


def test_a_lower_rate_spaces_the_very_next_slot():
    one, clock = limiter(20.0)
    one.wait()

    one.regrant(2.0)

    assert one.next_slot() == pytest.approx(clock.monotonic() + 1 / 2.0)


def test_slots_that_were_handed_out_stay_where_they_are():
    one, _ = limiter(30.0)
    handed_out = [one.reserve() for _ in range(10)]

    one.regrant(10.0)

    assert one.reserve() == pytest.approx(handed_out[-1] + 1 / 10.0)


@pytest.mark.parametrize("before", [0.1, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("after", [0.1, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("idle_seconds", [0.0, 0.3, 0.9, 1.1])
def test_no_second_around_the_change_holds_more_than_the_quota(before, after, idle_seconds):
    one, clock = limiter(QUOTA * before)
    times = []
    clock.sleep(10.0)
    for _ in range(40):
        one.wait()
        times.append(clock.monotonic())
    one.regrant(QUOTA * after)
    clock.sleep(idle_seconds)
    for _ in range(80):
        one.wait()
        times.append(clock.monotonic())

    assert max(bisect_left(times, at + 1 - 1e-9) - index for index, at in enumerate(times)) <= QUOTA


def test_a_cut_in_force_stays_in_proportion_and_recovers_to_the_new_grant():
    one, clock = limiter(20.0)
    one.slow_down()

    one.regrant(10.0)

    assert one.rate_per_second == pytest.approx(10.0 * CUT_FACTOR)
    clock.sleep(1.0)
    assert one.rate_per_second == pytest.approx(10.0 * (CUT_FACTOR + RECOVERY_PER_SECOND))
    clock.sleep(6.0)
    assert one.rate_per_second == 10.0
    assert one.slow_reason == ""


def test_granting_the_same_again_changes_nothing():
    one, clock = limiter(10.0)
    one.reserve()
    clock.sleep(10.0)
    before = [one.next_slot(), one.rate_per_second]

    one.regrant(10.0)

    assert [one.next_slot(), one.rate_per_second] == before
    at_once = [slot for slot in (one.reserve() for _ in range(5)) if slot == clock.monotonic()]
    assert len(at_once) > 1, "it may catch up as before"


def test_a_limiter_in_use_can_be_regranted_by_another_thread():
    one, _ = limiter(1.0, quota=1000.0)
    threads = [
        threading.Thread(target=lambda rate=rate: [one.regrant(rate) for _ in range(200)])
        for rate in (5.0, 500.0)
    ]
    for thread in threads:
        thread.start()
    slots = [one.reserve() for _ in range(500)]
    for thread in threads:
        thread.join()

    assert slots == sorted(set(slots))
    assert one.grant.rate_per_second == one.rate_per_second


def test_the_limiters_regrant_one_category():
    several = limiters()
    recovery, update = several.of("UserAccountRecovery"), several.of("UserUpdate")

    several.regrant("UserAccountRecovery", 20.0)

    assert recovery.grant.rate_per_second == 20.0
    assert update.grant.rate_per_second == 10.0


def test_a_category_is_regranted_before_its_limiter_is_there():
    several = limiters()

    several.regrant("UserList", 25.0)

    assert several.of("UserList").grant == Grant("UserList", 25.0, QUOTA)


def test_the_limiters_take_a_quota_that_was_learnt_in_between():
    quota = QUOTA
    several = Limiters(lambda category: Grant(category, 10.0, quota), VirtualClock())
    one = several.of("UserRead")

    quota = 200.0
    several.regrant("UserRead", 100.0)

    assert one.grant == Grant("UserRead", 100.0, 200.0)


def test_limiters_there_and_to_come_share_through_registers_of_their_category():
    several = limiters()
    registers: dict[str, LocalRegister] = {}
    first = several.of("UserList")

    several.share(lambda category: registers.setdefault(category, LocalRegister()))
    first.reserve()
    several.of("UserUpdate").reserve()

    assert {name: len(register.look(0.0).takers) for name, register in registers.items()} == {
        "UserList": 1,
        "UserUpdate": 1,
    }
