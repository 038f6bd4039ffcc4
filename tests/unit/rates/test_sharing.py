"""Limiters that keep to one register: the quota holds for all together, it is used, and fairly."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from dataclasses import dataclass, field

import pytest
from hypothesis import given, strategies as st

from bulkreset.clock import VirtualClock
from bulkreset.rates.limiter import SHARED_TOLD_SECONDS, Grant, Limiter
from bulkreset.rates.pace import LATELY_SECONDS
from bulkreset.rates.register import LocalRegister

QUOTA = 30.0
HORIZON_SECONDS, LAUNCH_SECONDS = 0.2, 0.1
FOREVER = float("inf")


@dataclass
class Run:
    """A run that always wants slots, from `begins` to `ends`; it takes them as the executor does."""

    share: float = 1.0
    begins: float = 0.0
    ends: float = FOREVER
    at_once: int = 1000
    slots: list[float] = field(default_factory=list)

    def start(self, register: LocalRegister, clock: VirtualClock, quota: float) -> None:
        self.clock = clock
        self.limiter = Limiter(Grant("UserAccountRecovery", quota * self.share, quota), clock)
        self.limiter.share(register)

    def turn(self) -> float:
        """One turn of its loop, and when the next is due."""
        now = self.clock.monotonic()
        took = 0
        if self.limiter.next_slot() - LAUNCH_SECONDS <= now + 0.001:
            while self.limiter.next_slot() <= now + HORIZON_SECONDS and took < self.at_once:
                self.slots.append(self.limiter.reserve())
                took += 1
        wake_at = min(self.limiter.next_slot() - LAUNCH_SECONDS, now + 0.1)
        return max(wake_at, now + (0.01 if took else 0.0001))

    def per_second(self, begin: float, end: float) -> float:
        return sum(begin <= slot < end for slot in self.slots) / (end - begin)


def go(*runs: Run, until: float = 10.0, quota: float = QUOTA) -> None:
    """Let the runs go side by side. Where several are due at once, the same one is always first."""
    clock, register = VirtualClock(), LocalRegister()
    due = [(run.begins, place, run) for place, run in enumerate(runs)]
    while due[0][0] < until:
        at, place, run = due[0]
        clock.sleep(at - clock.monotonic())
        if not hasattr(run, "limiter"):
            run.start(register, clock, quota)
        ended = clock.monotonic() >= run.ends
        heapq.heapreplace(due, (FOREVER if ended else run.turn(), place, run))
    for run in runs:
        run.slots = [slot for slot in run.slots if slot < run.ends]


def most_in_a_second(*runs: Run) -> int:
    slots = sorted(slot for run in runs for slot in run.slots)
    return max(bisect_left(slots, at + 1 - 1e-9) - index for index, at in enumerate(slots))


def pair() -> tuple[Limiter, Limiter, VirtualClock]:
    clock, register = VirtualClock(), LocalRegister()
    both = [Limiter(Grant("UserList", 15.0, QUOTA), clock) for _ in range(2)]
    for limiter in both:
        limiter.share(register)
    return both[0], both[1], clock


@pytest.mark.parametrize("quota", [5.0, 15.0, 30.0, 120.0])
@pytest.mark.parametrize("share", [0.5, 0.8, 1.0])
@pytest.mark.parametrize("number", [2, 3, 8])
def test_runs_of_equal_grants_get_equal_parts_of_one_grant(number, share, quota):
    runs = [Run(share) for _ in range(number)]
    go(*runs, until=22.0, quota=quota)

    rates = [run.per_second(2.0, 22.0) for run in runs]
    assert most_in_a_second(*runs) <= quota
    assert quota * share * 0.95 <= sum(rates) <= quota * share + 1 / 20
    assert max(rates) - min(rates) <= max(0.15, 0.1 * quota * share / number)


def test_runs_of_unequal_grants_have_no_more_together_than_the_larger_one_alone():
    large, small = Run(0.8), Run(0.5)
    go(large, small)

    assert most_in_a_second(large, small) <= QUOTA * 0.8 + 1
    assert large.per_second(1, 10) + small.per_second(1, 10) == pytest.approx(QUOTA * 0.8, rel=0.03)
    assert small.per_second(1, 10) >= QUOTA * 0.8 * 0.35
    assert large.per_second(1, 10) >= QUOTA * 0.8 * 0.35


def test_a_run_with_a_small_grant_gets_it_and_leaves_the_rest():
    large, small = Run(0.8), Run(0.05)
    go(large, small)

    assert small.per_second(1, 10) == pytest.approx(QUOTA * 0.05, rel=0.1)
    assert large.per_second(1, 10) == pytest.approx(QUOTA * 0.75, rel=0.03)


def test_three_runs_of_unequal_grants_use_the_largest_and_starve_nobody():
    runs = [Run(1.0), Run(0.5), Run(0.1)]
    go(*runs)

    assert most_in_a_second(*runs) <= QUOTA
    assert sum(run.per_second(1, 10) for run in runs) >= QUOTA * 0.95
    assert runs[2].per_second(1, 10) >= QUOTA * 0.1 * 0.5
    assert min(runs[0].per_second(1, 10), runs[1].per_second(1, 10)) >= QUOTA * 0.3


def test_a_run_that_joins_has_its_part_within_a_second():
    first, second = Run(), Run(begins=3.0)
    go(first, second)

    assert first.per_second(1, 3) >= QUOTA * 0.95
    assert second.per_second(4, 10) == pytest.approx(QUOTA / 2, rel=0.1)
    assert most_in_a_second(first, second) <= QUOTA


def test_a_run_that_joins_one_with_room_for_bursts_gets_its_part_as_well():
    first, second = Run(0.5), Run(0.5, begins=3.0)
    go(first, second)

    assert second.per_second(4, 10) == pytest.approx(QUOTA / 4, rel=0.1)


def test_a_run_that_is_left_alone_has_everything_within_a_second():
    stays, leaves = Run(), Run(ends=5.0)
    go(stays, leaves)

    assert stays.per_second(6, 10) >= QUOTA * 0.95
    assert most_in_a_second(stays, leaves) <= QUOTA


def test_three_runs_of_which_one_joins_and_one_is_killed_in_the_middle_of_its_turn():
    runs = [Run(), Run(ends=6.003), Run(begins=3.0)]
    go(*runs)

    assert most_in_a_second(*runs) <= QUOTA
    assert [run.per_second(1, 3) for run in runs[:2]] == pytest.approx([15, 15], rel=0.1)
    assert [run.per_second(4, 6) for run in runs] == pytest.approx([10, 10, 10], rel=0.1)
    assert [runs[0].per_second(7, 10), runs[2].per_second(7, 10)] == pytest.approx([15, 15], rel=0.1)


def test_what_a_run_does_not_want_goes_to_the_other():
    busy, seldom = Run(), Run(at_once=0)
    go(busy, seldom)

    assert busy.per_second(1, 10) >= QUOTA * 0.95


def test_a_burst_beside_another_run_never_adds_up_to_more_than_the_quota():
    slow, fast = Run(0.5, at_once=1), Run(1.0, begins=2.05)
    go(slow, fast, until=5.0)

    assert most_in_a_second(slow, fast) <= QUOTA


@given(
    shares=st.lists(st.floats(0.05, 1.0), min_size=2, max_size=4),
    events=st.lists(st.tuples(st.integers(0, 3), st.floats(0.0, 0.4)), max_size=200),
)
def test_however_runs_take_turns_the_quota_holds(shares, events):
    clock, register = VirtualClock(), LocalRegister()
    limiters = [Limiter(Grant("UserList", QUOTA * share, QUOTA), clock) for share in shares]
    for limiter in limiters:
        limiter.share(register)
    slots: list[float] = []
    for who, pause in events:
        limiter = limiters[who % len(limiters)]
        if limiter.next_slot() <= clock.monotonic() + HORIZON_SECONDS:
            slots.append(limiter.reserve())
        clock.sleep(pause if pause > 0.2 else 0.0)

    slots.sort()
    in_a_second = [bisect_left(slots, at + 1 - 1e-9) - index for index, at in enumerate(slots)]
    assert max(in_a_second, default=0) <= QUOTA


def test_reserving_takes_the_free_slot_whoever_came_last():
    one, other, _ = pair()
    one.reserve()
    other.reserve()
    other.next_slot()

    assert other.next_slot() > other.free_slot()
    assert other.free_slot() == other.reserve()


def test_the_run_that_took_last_comes_after_the_other():
    one, other, _ = pair()
    other.next_slot()
    one.reserve()

    assert other.next_slot() < one.next_slot()


def test_runs_know_of_each_other_while_both_take_slots():
    one, other, clock = pair()
    one.reserve()
    other.reserve()
    assert [one.sharers, other.sharers] == [1, 1]

    clock.sleep(LATELY_SECONDS + 0.1)
    one.reserve()

    assert [one.sharers, other.sharers] == [0, 1]


def test_the_reason_says_that_slots_are_shared_and_that_they_were_refused():
    one, other, clock = pair()
    assert one.slow_reason == ""
    other.reserve()
    one.reserve()
    assert one.slow_reason == "shared with another run on this machine"

    one.slow_down()
    assert one.slow_reason == (
        "Cognito answered TooManyRequestsException: other callers use the quota too; "
        "shared with another run on this machine"
    )

    clock.sleep(SHARED_TOLD_SECONDS)
    assert one.slow_reason == ""


def test_the_reason_does_not_come_and_go_with_a_run_that_takes_a_slot_now_and_then():
    one, other, clock = pair()
    reasons = set()
    for second in range(60):
        if second % 10 == 0:
            other.reserve()
        one.reserve()
        reasons.add(one.slow_reason)
        clock.sleep(1.0)

    assert reasons == {"shared with another run on this machine"}


def test_a_run_that_takes_nothing_is_not_slow_for_the_sake_of_others():
    one, other, _ = pair()

    other.reserve()

    assert one.slow_reason == ""


def test_slots_handed_out_before_the_sharing_began_are_made_known():
    clock, register = VirtualClock(), LocalRegister()
    one, other = (Limiter(Grant("UserList", 10.0, 10.0), clock) for _ in range(2))
    alone = [one.reserve() for _ in range(5)]

    one.share(register)
    other.share(register)

    assert other.reserve() >= alone[-1] + 1 / 10.0


def test_a_slow_run_does_not_hold_up_one_that_comes_back():
    clock, register = VirtualClock(), LocalRegister()
    slow = Limiter(Grant("UserList", 0.05, QUOTA), clock)
    fast = Limiter(Grant("UserList", 15.0, QUOTA), clock)
    slow.share(register)
    fast.share(register)
    slow.reserve()

    assert fast.reserve() <= 0.1


def test_ten_runs_still_keep_the_quota():
    runs = [Run(begins=place * 0.01) for place in range(10)]
    go(*runs, until=6.0)

    assert most_in_a_second(*runs) <= QUOTA
    assert sum(run.per_second(1, 6) for run in runs) >= QUOTA * 0.95


def test_a_run_that_leaves_is_not_waited_for():
    clock = VirtualClock()
    register = LocalRegister()
    grant = Grant("UserUpdate", QUOTA, QUOTA)
    leaves, stays = Limiter(grant, clock), Limiter(grant, clock)
    for limiter in (leaves, stays):
        limiter.share(register)
        limiter.reserve()
    assert stays.sharers == 1

    leaves.leave()

    assert stays.sharers == 0
    assert stays.free_slot() >= 1 / QUOTA, "its last slot still counts"
