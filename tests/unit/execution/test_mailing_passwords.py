"""Passwords by mail: each once and the right one; none without its message; none after its memory is gone."""

from __future__ import annotations

import json
from itertools import count

import pytest
from factories import plan_row, user
from fakes import LOST_AFTER, LOST_BEFORE, MAIL_LIMIT, THROTTLED, Crash, Rehearsal, a_job, refused

from bulkreset.account import Medium, MessageLimit
from bulkreset.cognito.answers import Meaning
from bulkreset.errors import StoppedOnSchedule
from bulkreset.execution.passwords import Passwords
from bulkreset.secrets.secret import Secret

NAMES = [f"user-{number}" for number in range(1, 8)]
STEPS = "set-temporary-password sign-out send-password"


def new(path, **more) -> Rehearsal:
    users = [user(name) for name in NAMES]
    rows = [plan_row(number, one, steps=STEPS, medium="email") for number, one in enumerate(users, start=1)]
    run = Rehearsal(path, users, rows=rows, capacity=4, **more)
    numbers = count(1)
    run.passwords = Passwords(lambda: Secret(f"password-{next(numbers)}"), lambda content: content)
    return run


def mails(run):
    return sorted(run.pool.mails)


def expected(run, names=NAMES):
    return sorted(f"{name}@example.com: {run.pool.passwords[name]}" for name in names)


def test_everybody_gets_one_mail_with_the_own_password_after_the_sign_out(tmp_path):
    run = new(tmp_path / "run.db")
    assert run.run() is True
    assert set(run.outcomes.values()) == {"done"}
    assert mails(run) == expected(run)
    calls = [call.action for call in run.pool.log if call.username == "user-1"]
    assert calls == STEPS.split()


@pytest.mark.parametrize("lost", [LOST_BEFORE, LOST_AFTER], ids=["before the effect", "after the effect"])
def test_a_mail_whose_answer_is_lost_is_unknown_and_never_sent_again(tmp_path, lost):
    run = new(tmp_path / "run.db")
    run.pool.will("send-password", "user-1", lost)
    assert run.run() is True
    assert run.outcomes["user-1"] == "unknown"
    assert run.run() is True
    assert run.pool.sent("send-password").count("user-1") == 1
    assert run.outcomes["user-1"] == "unknown"


def test_a_mail_that_is_throttled_is_sent_a_little_later(tmp_path):
    run = new(tmp_path / "run.db")
    run.pool.will("send-password", "user-1", THROTTLED, THROTTLED)
    assert run.run() is True
    assert mails(run) == expected(run)


def test_a_mail_that_is_rejected_fails_its_row_alone(tmp_path):
    run = new(tmp_path / "run.db")
    run.pool.will("send-password", "user-1", refused(Meaning.ROW_REFUSED, "MessageRejected"))
    assert run.run() is True
    assert run.outcomes["user-1"] == "failed"
    assert mails(run) == expected(run, NAMES[1:])


@pytest.mark.parametrize("arrive", [False, True], ids=["calls never sent", "calls arrive"])
@pytest.mark.parametrize("after_commit", [False, True], ids=["before a commit", "after a commit"])
def test_a_killed_runner_leaves_nobody_with_two_mails_or_a_wrong_one(tmp_path, after_commit, arrive):
    whole = new(tmp_path / "whole.db")
    assert whole.run() is True
    for crash_at in range(1, whole.journal.records + 1):
        run = new(tmp_path / f"{crash_at}.db")
        with pytest.raises(Crash):
            run.run(crash_at=crash_at, after_commit=after_commit, calls_still_arrive=arrive)
        assert run.run() is True, crash_at
        assert len(set(run.pool.outbox)) == len(run.pool.outbox), f"two mails, killed at {crash_at}"
        assert set(mails(run)) <= set(expected(run)), crash_at
        assert set(run.outcomes.values()) <= {"done", "failed", "unknown"}, crash_at
        in_hand_out = {one.username: json.loads(one.sealed)["password"] for one in run.handed_out}
        for name, outcome in run.outcomes.items():
            if outcome == "failed":
                record = run.row(name).records[-1]
                assert (record.action, record.error_code) == ("send-password", "password-not-in-memory")
                assert name not in run.pool.outbox
                assert in_hand_out[name] == run.pool.passwords[name], "the hand-out has it all the same"
            if outcome == "done":
                assert name in run.pool.outbox


def test_no_password_is_set_on_a_day_that_has_no_mail_for_it(tmp_path):
    limits = [MessageLimit(Medium.EMAIL, per_day=3)]
    run = new(tmp_path / "run.db", limits=limits, job=a_job(messages={"spread": True}))
    with pytest.raises(StoppedOnSchedule):
        run.run()
    assert len(run.pool.mails) == len(run.pool.passwords) == 3
    run.clock.sleep(86_400.0)
    with pytest.raises(StoppedOnSchedule):
        run.run()
    run.clock.sleep(86_400.0)
    assert run.run() is True
    assert mails(run) == expected(run)


def test_where_ses_says_that_the_day_is_spent_the_password_is_let_go_and_the_row_says_so(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("bulkreset.execution.executor.HOLD_TURN_SECONDS", 60.0)  # it takes a day
    run = new(tmp_path / "run.db", waits=True, job=a_job(messages={"spread": True}))
    run.pool.will("send-password", "user-1", MAIL_LIMIT)
    assert run.run() is True
    assert mails(run) == expected(run, NAMES[1:])
    assert run.row("user-1").records[-1].error_code == "password-not-in-memory"
    assert "user-1" in {one.username for one in run.handed_out}


def test_no_password_of_a_mail_is_in_the_run_file_but_sealed(tmp_path):
    run = new(tmp_path / "run.db")
    run.passwords = Passwords(run.passwords.make, lambda _content: b"sealed")
    assert run.run() is True
    content = run.path.read_bytes()
    assert not any(password.encode() in content for password in run.pool.passwords.values())
