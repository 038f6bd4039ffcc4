"""Passwords through lost answers, kills and refusals: somebody can always open the one in force."""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import count

import pytest
from factories import plan_row, user
from fakes import FAILED_AFTER, LOST_AFTER, LOST_BEFORE, THROTTLED, Crash, Rehearsal, Reply

from bulkreset.cognito.answers import Answer, Meaning
from bulkreset.errors import Refused
from bulkreset.execution.passwords import Passwords
from bulkreset.secrets.secret import Secret
from bulkreset.users import UserStatus

NAMES = [f"user-{number}" for number in range(1, 8)]
TEMPORARY = "set-temporary-password"
PERMANENT = "set-permanent-password"
USED_BEFORE = Reply(
    Answer(Meaning.ROW_REFUSED, "PasswordHistoryPolicyViolationException", "used before", "r-1")
)
TOO_WEAK = Reply(Answer(Meaning.ROW_REFUSED, "InvalidPasswordException", "not long enough", "r-1"))


def as_it_is(content: bytes) -> bytes:
    """In place of a seal."""
    return content


def new(path, steps=TEMPORARY, *, seal=as_it_is, given=None, **changes) -> Rehearsal:
    run = Rehearsal(path, [user(name, **changes) for name in NAMES], steps, capacity=4)
    numbers = count(1)
    run.passwords = Passwords(
        lambda: Secret(f"password-{next(numbers)}"), seal, given, discards=seal is None and given is None
    )
    return run


def candidates(run: Rehearsal) -> dict[str, list[str]]:
    found = defaultdict(list)
    for handed_out in run.handed_out:
        content = json.loads(handed_out.sealed)
        assert content["username"] == handed_out.username
        found[handed_out.username].append(content["password"])
    return found


def in_trouble(path, steps, **changes) -> Rehearsal:
    run = new(path, steps, **changes)
    action = next(step for step in steps.split() if "password" in step)
    run.pool.will(action, "user-2", THROTTLED)
    run.pool.will(action, "user-3", LOST_AFTER)
    run.pool.will(action, "user-4", LOST_BEFORE)
    run.pool.will(action, "user-5", FAILED_AFTER)
    run.pool.will(action, "user-6", USED_BEFORE)
    return run


@pytest.mark.parametrize("arrive", [False, True], ids=["calls never sent", "calls arrive"])
@pytest.mark.parametrize("after_commit", [False, True], ids=["before a commit", "after a commit"])
@pytest.mark.parametrize("steps", [f"enable-user {TEMPORARY} sign-out", PERMANENT])
def test_a_runner_killed_at_any_commit_leaves_no_password_that_nobody_can_open(
    tmp_path, steps, after_commit, arrive
):
    whole = in_trouble(tmp_path / "whole.db", steps)
    assert whole.run() is True
    for crash_at in range(1, whole.journal.records + 1):
        run = in_trouble(tmp_path / f"{crash_at}.db", steps)
        with pytest.raises(Crash):
            run.run(crash_at=crash_at, after_commit=after_commit, calls_still_arrive=arrive)
        openable = candidates(run)
        for name, password in run.pool.passwords.items():
            assert password in openable[name], f"{name}, killed at commit {crash_at}"

        assert run.run() is True, crash_at
        assert set(run.outcomes.values()) == {"done"}, crash_at
        assert candidates(run) == {name: [run.pool.passwords[name]] for name in NAMES}, crash_at
        assert len(set(run.pool.passwords.values())) == len(NAMES)


def test_a_lost_answer_is_read_back_and_a_password_that_took_effect_is_not_set_again(tmp_path):
    run = new(tmp_path / "run.db")
    run.pool.will(TEMPORARY, "user-1", LOST_AFTER)
    assert run.run() is True
    assert run.pool.sent(TEMPORARY).count("user-1") == 1
    assert [name for _, name in run.pool.read_backs] == ["user-1"]
    assert run.outcomes["user-1"] == "done"


def test_after_a_call_without_effect_the_same_password_is_sent_so_that_a_late_call_does_no_harm(tmp_path):
    run = new(tmp_path / "run.db")
    run.pool.will(TEMPORARY, "user-1", LOST_BEFORE, LOST_BEFORE)
    assert run.run() is True
    assert run.pool.sent(TEMPORARY).count("user-1") == 3
    assert candidates(run)["user-1"] == [run.pool.passwords["user-1"]]
    assert len([one for one in run.handed_out if one.username == "user-1"]) == 1


def test_a_password_that_the_user_had_before_is_replaced_by_another(tmp_path):
    run = new(tmp_path / "run.db")
    run.pool.will(TEMPORARY, "user-1", USED_BEFORE, USED_BEFORE)
    assert run.run() is True
    assert run.outcomes["user-1"] == "done"
    assert run.row("user-1").records[0].attempts == 3
    assert candidates(run)["user-1"] == [run.pool.passwords["user-1"]]


def test_a_user_whose_history_refuses_everything_fails_and_is_handed_no_password(tmp_path):
    run = new(tmp_path / "run.db")
    run.pool.will(TEMPORARY, "user-1", *[USED_BEFORE] * 9)
    assert run.run() is True
    assert run.outcomes["user-1"] == "failed"
    assert run.row("user-1").records[0].error_code == "PasswordHistoryPolicyViolationException"
    assert run.pool.sent(TEMPORARY).count("user-1") == 5
    assert "user-1" not in candidates(run)


def test_a_password_that_the_pool_does_not_take_fails_at_once(tmp_path):
    run = new(tmp_path / "run.db")
    run.pool.will(TEMPORARY, "user-1", TOO_WEAK)
    assert run.run() is True
    assert run.outcomes["user-1"] == "failed"
    assert "user-1" not in candidates(run)


def test_a_given_password_is_set_as_it_is_and_kept_nowhere(tmp_path):
    run = new(tmp_path / "run.db", PERMANENT, given={1: Secret("chosen-by-ada")})
    assert run.run() is True
    assert run.pool.passwords["user-1"] == "chosen-by-ada"
    assert sorted(candidates(run)) == NAMES[1:]
    assert b"chosen-by-ada" not in run.path.read_bytes()


def test_a_given_password_that_was_used_before_is_not_replaced_by_one_that_nobody_gave(tmp_path):
    run = new(tmp_path / "run.db", PERMANENT, given={1: Secret("chosen-by-ada")})
    run.pool.will(PERMANENT, "user-1", USED_BEFORE)
    assert run.run() is True
    assert run.outcomes["user-1"] == "failed"


def test_where_nobody_would_know_a_password_that_somebody_chose_none_is_made_in_its_place(tmp_path):
    """The runner was killed, and whoever takes up the run was not told the password."""
    run = new(tmp_path / "run.db", PERMANENT, seal=None, given={})
    with pytest.raises(Refused, match="chosen by somebody and is kept nowhere"):
        run.run()
    assert run.pool.passwords == {}


@pytest.mark.parametrize(("steps", "seal"), [("scramble-password", as_it_is), (PERMANENT, None)])
def test_a_password_that_nobody_is_to_know_is_sealed_to_nobody(tmp_path, steps, seal):
    run = new(tmp_path / "run.db", steps, seal=seal)
    assert run.run() is True
    assert set(run.outcomes.values()) == {"done"}
    assert len(set(run.pool.passwords.values())) == len(NAMES)
    assert run.handed_out == []


def test_a_user_who_has_chosen_a_password_meanwhile_keeps_it(tmp_path):
    """The runner was killed, the hand-out was opened, and the user has used what stood in it."""
    run = new(tmp_path / "run.db")
    with pytest.raises(Crash):
        run.run(crash_at=2, after_commit=False, calls_still_arrive=True)
    met = next(iter(run.pool.passwords))
    run.clock.sleep(60.0)
    run.pool.change(met, status=UserStatus.CONFIRMED)
    run.pool.passwords[met] = "the user's own"
    assert run.run() is True
    assert run.outcomes[met] == "unknown"
    assert run.pool.passwords[met] == "the user's own"


@pytest.mark.parametrize("medium", ["email", "sms"])
def test_an_invitation_goes_by_the_medium_of_the_plan(tmp_path, medium):

    state = user("user-1", status=UserStatus.FORCE_CHANGE_PASSWORD)
    row = plan_row(1, state, steps="resend-invitation", medium=medium)
    run = Rehearsal(tmp_path / "run.db", [state], rows=[row])
    assert run.run() is True
    assert run.pool.invited_by == [("user-1", medium)]
