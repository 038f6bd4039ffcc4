"""Stopping in order, and the pace: categories side by side, and the whole of the grant used."""

from __future__ import annotations

from bisect import bisect_left

import pytest
from factories import user
from fakes import LOST_AFTER, Rehearsal

from bulkreset.ledger.states import Outcome


def names(count: int) -> list[str]:
    return [f"user-{number}" for number in range(1, count + 1)]


def new(path, count: int, steps: str = "reset-password", **options) -> Rehearsal:
    state = {"email_verified": False} if "verify-email" in steps else {}
    return Rehearsal(path, [user(name, **state) for name in names(count)], steps, **options)


def times(run: Rehearsal, *actions: str) -> list[float]:
    return sorted(call.at for call in run.pool.log if call.action in actions)


def most_in_a_second(moments: list[float]) -> int:
    return max(bisect_left(moments, at + 1.0 - 1e-6) - index for index, at in enumerate(moments))


def test_a_stop_before_the_start_calls_nobody(tmp_path):
    run = new(tmp_path / "run.db", 10)

    assert run.run(stop=lambda: True) is False

    assert run.pool.log == []
    assert set(run.outcomes.values()) == {"not-attempted"}


def test_a_stop_finishes_what_is_in_flight_and_starts_nothing_new(tmp_path):
    run = new(tmp_path / "run.db", 500)
    stopped_at = []

    def stop() -> bool:
        if len(run.pool.log) >= 100:
            stopped_at.append(run.clock.monotonic())
        return bool(stopped_at)

    assert run.run(stop=stop) is False

    states = [record.state.value for row in run.report for record in row.records]
    assert set(states) == {"done"}, "everything that was sent is settled"
    assert len(states) == len(run.pool.outbox) == len(run.pool.log)
    assert max(times(run, "reset-password")) <= stopped_at[0] + 0.4
    assert run.clock.monotonic() <= stopped_at[0] + 0.5, "and it stops soon"
    assert run.outcomes["user-500"] == "not-attempted"

    assert run.run() is True
    assert sorted(run.pool.outbox) == sorted(names(500))


def test_a_stop_does_not_wait_for_a_grace(tmp_path):
    run = new(tmp_path / "run.db", 10)
    run.pool.will("reset-password", "user-1", LOST_AFTER)

    assert run.run(stop=lambda: run.clock.monotonic() > 2.0) is False

    assert run.clock.monotonic() < 3.0
    assert run.outcomes["user-1"] == "unknown"

    assert run.run() is True
    assert sorted(run.pool.outbox) == sorted(names(10))
    assert set(run.outcomes.values()) == {"done"}


def test_a_stop_that_comes_too_late_finds_everything_done(tmp_path):
    run = new(tmp_path / "run.db", 10)

    assert run.run(stop=lambda: len(run.pool.log) == 10) is True


@pytest.mark.parametrize("latency_seconds", [0.02, 0.06, 0.4])
@pytest.mark.parametrize("pool_users", [1000, 1_000_000])
def test_a_thousand_resets_use_the_quota(tmp_path, latency_seconds, pool_users):
    run = new(tmp_path / "run.db", 1000, pool_users=pool_users, latency_seconds=latency_seconds)

    assert run.run() is True

    moments = times(run, "reset-password")
    assert 1000 / run.clock.monotonic() >= 30 * 0.97
    assert 999 / (moments[-1] - moments[0]) >= 30 * 0.99
    assert most_in_a_second(moments) <= 30


def test_a_share_of_the_quota_is_kept_and_used(tmp_path):
    run = new(tmp_path / "run.db", 600, share=0.5)

    run.run()

    moments = times(run, "reset-password")
    assert 15 * 0.97 <= 599 / (moments[-1] - moments[0]) <= 15 * 1.01


def test_categories_run_side_by_side(tmp_path):
    """300 users, of whom each takes two of 25 updates a second: 24 s, whatever the resets take."""
    run = new(tmp_path / "run.db", 300, "verify-email reset-password sign-out")

    assert run.run() is True

    assert run.clock.monotonic() <= 600 / 25 * 1.02 + 1.0
    assert most_in_a_second(times(run, "verify-email", "sign-out")) <= 25
    assert most_in_a_second(times(run, "reset-password")) <= 30


def test_a_long_mixed_job_takes_no_longer_than_its_slowest_category(tmp_path):
    run = new(tmp_path / "run.db", 1500, "verify-email reset-password sign-out")

    assert run.run() is True

    assert run.clock.monotonic() <= 3000 / 25 * 1.02


def test_steps_of_a_user_keep_their_order(tmp_path):
    run = new(tmp_path / "run.db", 100, "verify-email reset-password sign-out")

    run.run()

    for name in names(100):
        assert [call.action for call in run.pool.log if call.username == name] == [
            "verify-email",
            "reset-password",
            "sign-out",
        ]


def test_a_slow_pool_is_called_by_no_more_threads_than_allowed(tmp_path):
    run = new(tmp_path / "run.db", 200, capacity=4, latency_seconds=1.0)

    assert run.run() is True

    assert most_in_a_second(times(run, "reset-password")) <= 4
    assert sorted(run.pool.outbox) == sorted(names(200))


def test_one_thread_is_enough(tmp_path):
    run = new(tmp_path / "run.db", 30, "verify-email reset-password sign-out", capacity=1)

    assert run.run() is True
    assert sorted(run.pool.outbox) == sorted(names(30))


def test_intents_and_outcomes_are_committed_together(tmp_path):
    run = new(tmp_path / "run.db", 600)

    run.run()

    assert run.journal.records <= 600 * 1.05, "no more than one commit for a call: half of all changes"


def test_progress_counts_every_row_that_is_over(tmp_path):
    run = new(tmp_path / "run.db", 50)
    run.pool.change("user-3", enabled=False)

    run.run()

    assert run.observed[-1] == {Outcome.DONE: 49, Outcome.DRIFTED: 1}
    assert [sum(seen.values()) for seen in run.observed] == sorted(
        sum(seen.values()) for seen in run.observed
    )


def test_the_time_that_a_category_was_active_is_kept(tmp_path):
    run = new(tmp_path / "run.db", 300)

    run.run()

    seconds = run.counters("active_seconds")
    assert seconds.keys() == {"UserAccountRecovery"}
    assert seconds["UserAccountRecovery"] == pytest.approx(10.0, abs=0.6)


def test_an_empty_run_is_over_at_once(tmp_path):
    run = new(tmp_path / "run.db", 0)

    assert run.run() is True
    assert run.clock.monotonic() < 0.2
