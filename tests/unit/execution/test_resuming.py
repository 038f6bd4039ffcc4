"""A runner that dies at any moment, and the next one that goes on: each user once, nobody lost."""

from __future__ import annotations

from collections import Counter

import pytest
from factories import LONG_AGO, user
from fakes import FAILED_AFTER, LOST_AFTER, LOST_BEFORE, THROTTLED, Crash, Rehearsal

from bulkreset.ledger.connection import open_for_writing
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.states import StepState

NAMES = [f"user-{number}" for number in range(1, 17)]

MOMENTS = [
    pytest.param(after_commit, arrive, id=f"{'after' if after_commit else 'before'} a commit, calls {fate}")
    for after_commit in (False, True)
    for arrive, fate in ((False, "never sent"), (True, "arriving"))
]


def new(path, steps="reset-password sign-out", **changes) -> Rehearsal:
    run = Rehearsal(path, [user(name, **changes) for name in NAMES], steps, capacity=8)
    run.pool.will("reset-password", "user-2", THROTTLED)
    run.pool.will("reset-password", "user-3", LOST_AFTER)
    run.pool.will("reset-password", "user-4", LOST_BEFORE)
    run.pool.will("reset-password", "user-5", FAILED_AFTER)
    run.pool.will("sign-out", "user-6", LOST_AFTER)
    return run


def commits(run: Rehearsal) -> int:
    assert run.run() is True
    return run.journal.records


@pytest.mark.parametrize(("after_commit", "arrive"), MOMENTS)
@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ("reset-password sign-out", {}),
        ("enable-user verify-email reset-password sign-out", {"enabled": False, "email_verified": False}),
    ],
    ids=["reset", "verify first"],
)
def test_a_runner_killed_at_any_commit_is_followed_by_one_that_finishes_the_job(
    tmp_path, steps, state, after_commit, arrive
):
    for crash_at in range(1, commits(new(tmp_path / "whole.db", steps, **state)) + 1):
        run = new(tmp_path / f"{crash_at}.db", steps, **state)
        with pytest.raises(Crash):
            run.run(crash_at=crash_at, after_commit=after_commit, calls_still_arrive=arrive)

        assert run.run() is True, crash_at
        assert Counter(run.pool.outbox) == Counter(NAMES), f"one message each, killed at commit {crash_at}"
        assert set(run.outcomes.values()) == {"done"}, crash_at
        assert set(run.pool.signed_out) == set(NAMES), crash_at


@pytest.mark.parametrize(("after_commit", "arrive"), MOMENTS)
def test_a_runner_killed_over_and_over_is_followed_by_one_that_finishes_the_job(
    tmp_path, after_commit, arrive
):
    run = new(tmp_path / "run.db")
    killed = 0
    while True:
        try:
            run.run(crash_at=4 + killed % 5, after_commit=after_commit, calls_still_arrive=arrive)
        except Crash:
            killed += 1
            assert killed < 500, "no progress"
        else:
            break

    assert killed >= 5
    assert Counter(run.pool.outbox) == Counter(NAMES)
    assert set(run.outcomes.values()) == {"done"}


def killed(tmp_path, **changes) -> Rehearsal:
    """A run whose runner was killed with calls in flight that arrived all the same."""
    run = Rehearsal(tmp_path / "run.db", [user(name, **changes) for name in NAMES], capacity=8)
    with pytest.raises(Crash):
        run.run(crash_at=5, after_commit=True)
    return run


def in_flight(run: Rehearsal) -> set[str]:
    return {row.username for row in run.report for record in row.records if record.state.value == "in-flight"}


def test_what_was_in_flight_counts_as_unknown_until_it_is_read_back(tmp_path):
    run = killed(tmp_path)

    assert in_flight(run)
    assert {run.outcomes[name] for name in in_flight(run)} == {"unknown"}


def test_what_was_in_flight_is_read_back_before_anything_is_sent_to_those_users(tmp_path):
    run = killed(tmp_path)
    pending = {name for name in in_flight(run) if not run.row(name).records[1:]}

    run.run()

    assert pending
    assert pending <= {name for _, name in run.pool.read_backs}
    assert all(run.pool.sent("reset-password").count(name) == 1 for name in pending)


def test_a_runner_that_comes_at_once_waits_for_the_grace(tmp_path):
    run = killed(tmp_path)
    began = run.clock.monotonic()

    run.run()

    assert min(at for at, _ in run.pool.read_backs) >= began + 9.0


@pytest.mark.parametrize("hours", [-48, -1, 1, 48])
def test_a_runner_waits_for_the_grace_whatever_its_clock_says_of_how_long_ago_that_was(tmp_path, hours):
    run = killed(tmp_path)
    run.clock._start += hours * 3600.0
    began = run.clock.monotonic()

    assert run.run() is True

    assert min(at for at, _ in run.pool.read_backs) >= began + 9.0


def test_a_runner_whose_clock_was_set_back_waits_no_longer_than_the_grace(tmp_path):
    run = killed(tmp_path)
    run.clock._start -= 86_400.0
    began = run.clock.monotonic()

    assert run.run() is True

    assert min(at for at, _ in run.pool.read_backs) <= began + 10.5
    assert Counter(run.pool.outbox) == Counter(NAMES)


def test_a_row_that_is_partly_done_goes_on_without_being_held_against_its_plan(tmp_path):
    """The reset itself changed the user: RESET_REQUIRED is no drift."""
    run = Rehearsal(tmp_path / "run.db", [user(name) for name in NAMES])
    for name in NAMES:
        run.pool.will("sign-out", name, *[THROTTLED] * 3)

    assert run.run(stop=lambda: len(run.pool.outbox) >= 10) is False
    partly = {row.username for row in run.report if row.records and row.records[0].state.value == "done"}
    run.pool.looks.clear()

    assert run.run() is True
    assert set(run.outcomes.values()) == {"done"}
    assert Counter(run.pool.outbox) == Counter(NAMES)
    assert not partly & set(run.pool.looks)


def test_a_row_that_was_refused_for_the_rate_is_held_against_its_plan_again(tmp_path):
    """Nothing of ours has happened to it, so whatever differs is somebody else's doing."""
    run = Rehearsal(tmp_path / "run.db", [user(name) for name in NAMES])
    run.pool.always = lambda _action, _username: THROTTLED
    assert run.run(stop=lambda: run.clock.monotonic() > 3.0) is False
    run.pool.always = lambda _action, _username: None
    run.pool.change("user-1", email="attacker@example.com")

    assert run.run() is True

    assert run.outcomes["user-1"] == "drifted"
    assert "user-1" not in run.pool.outbox


def test_an_address_that_was_put_there_meanwhile_is_not_marked_verified(tmp_path):
    """The runner dies with a verification in flight; until the next one comes, an attacker has time."""
    people = [user(name, email_verified=False) for name in NAMES]
    run = Rehearsal(tmp_path / "run.db", people, "verify-email reset-password sign-out")
    with pytest.raises(Crash):
        run.run(crash_at=3, after_commit=True, calls_still_arrive=False)
    (victim, *_) = (row.username for row in run.report if len(row.records) == 1)
    assert victim in in_flight(run)
    run.clock.sleep(86_400.0)
    run.pool.change(victim, email="attacker@example.com", email_verified=False)

    run.run()

    assert not run.pool.users[victim].email_verified
    assert victim not in run.pool.outbox
    assert run.outcomes[victim] != "done"


def test_an_address_that_was_put_there_between_two_steps_is_not_marked_verified(tmp_path):
    """The user was enabled, then the run was stopped; the address is not the one that was planned for."""
    people = [user("ada", enabled=False, email_verified=False)]
    run = Rehearsal(tmp_path / "run.db", people, "enable-user verify-email reset-password sign-out")
    assert run.run(stop=lambda: bool(run.pool.log)) is False
    assert run.pool.sent("verify-email") == []
    run.pool.change("ada", email="attacker@example.com")

    run.run()

    assert not run.pool.users["ada"].email_verified
    assert run.pool.outbox == []
    assert run.outcomes["ada"] != "done"


def test_a_finished_run_has_nothing_left(tmp_path):
    run = new(tmp_path / "run.db")
    run.run()
    before = len(run.pool.log)

    assert run.run() is True
    assert len(run.pool.log) == before


@pytest.mark.parametrize("state", [StepState.IN_FLIGHT, StepState.UNKNOWN])
def test_an_unsettled_row_is_never_taken_up_twice(tmp_path, state):
    """It is pending again long before the feed comes to it, and still pending when it does."""
    names = [f"user-{number}" for number in range(1, 201)]
    run = Rehearsal(tmp_path / "run.db", [user(name) for name in names], pool_users=1_000_000)
    with open_for_writing(run.path) as connection:
        open_step = [StepState.IN_FLIGHT, state][: 1 + (state is StepState.UNKNOWN)]
        changes = [
            StepChange(150, 0, "reset-password", each, 1, called_at=LONG_AGO + 1.0) for each in open_step
        ]
        Journal(connection).record(changes, {})
    run.pool.will("reset-password", "user-150", *[THROTTLED] * 30)

    assert run.run() is True

    assert set(run.outcomes.values()) == {"done"}
    assert Counter(run.pool.outbox) == Counter(names)
    assert run.pool.sent("reset-password").count("user-150") == 31
    assert run.row("user-150").records[0].attempts == 32


def test_attempts_are_counted_over_all_runners(tmp_path):
    run = Rehearsal(tmp_path / "run.db", [user("ada")])
    run.pool.will("reset-password", "ada", THROTTLED)
    run.run(stop=lambda: bool(run.pool.log))
    run.run()

    assert run.row("ada").records[0].attempts == 2
