"""Messages a day, in virtual time: what is spent stops only what sends."""

from __future__ import annotations

import pytest
from factories import plan_row, user
from fakes import MAIL_LIMIT, THROTTLED, TOLERANT, Rehearsal, a_job

from bulkreset.account import Medium, MessageLimit
from bulkreset.errors import StoppedOnSchedule

DAY = 86_400.0
COGNITO = MessageLimit(Medium.EMAIL, per_day=50, renewed_at_hour=9, source="Cognito's own sender")


def budgeted(
    path, users: int, *limits: MessageLimit, waits: bool = False, steps="reset-password sign-out", **messages
):
    people = [user(f"user-{number}") for number in range(1, users + 1)]
    job = a_job(max_failed=TOLERANT, messages={"spread": True, **messages})
    return Rehearsal(path / "run.db", people, steps, job=job, limits=limits, waits=waits)


def test_a_day_ends_with_its_messages_and_whoever_was_reset_is_signed_out(tmp_path):
    run = budgeted(tmp_path, 120, COGNITO)
    for day, sent in enumerate([50, 100, 120]):
        if sent < 120:
            with pytest.raises(StoppedOnSchedule, match="today's share of email messages is spent"):
                run.run()
        else:
            assert run.run() is True
        assert len(run.pool.outbox) == sent
        assert sorted(run.pool.signed_out) == sorted(run.pool.outbox), f"day {day}"
        run.clock.sleep(DAY)
    assert len(set(run.pool.outbox)) == 120


def test_on_the_same_day_nothing_more_is_called(tmp_path):
    run = budgeted(tmp_path, 80, COGNITO)
    for _ in range(3):
        with pytest.raises(StoppedOnSchedule):
            run.run()
    assert len(run.pool.outbox) == len(run.pool.sent("reset-password")) == 50


def test_the_day_begins_at_its_hour(tmp_path):
    run = budgeted(tmp_path, 80, COGNITO)
    with pytest.raises(StoppedOnSchedule, match="2023-11-15T09:00:00"):
        run.run()
    run.clock.sleep(10 * 3600)  # 08:14 in the morning
    with pytest.raises(StoppedOnSchedule):
        run.run()
    assert len(run.pool.outbox) == 50
    run.clock.sleep(3600)
    assert run.run() is True


def test_with_wait_the_next_day_is_waited_for(tmp_path):
    soon = MessageLimit(Medium.EMAIL, per_day=50, renewed_at_hour=23)
    run = budgeted(tmp_path, 80, soon, waits=True)

    assert run.run() is True

    assert len(run.pool.outbox) == 80
    assert [call.at for call in run.pool.log if call.action == "reset-password"][50] > 46 * 60


def test_less_may_be_sent_than_the_account_could(tmp_path):
    run = budgeted(tmp_path, 80, COGNITO, leave="20%")
    with pytest.raises(StoppedOnSchedule):
        run.run()
    assert len(run.pool.outbox) == 40


def test_a_message_that_was_refused_is_not_spent(tmp_path):
    run = budgeted(tmp_path, 60, COGNITO)
    for number in range(1, 21):
        run.pool.will("reset-password", f"user-{number}", THROTTLED)
    with pytest.raises(StoppedOnSchedule):
        run.run()
    assert len(run.pool.outbox) == 50


def test_when_cognito_says_that_the_budget_is_spent_the_row_waits_for_the_next_day(tmp_path):
    run = budgeted(tmp_path, 30)
    run.pool.always = lambda action, _: (
        MAIL_LIMIT if action.sends_message and len(run.pool.outbox) >= 12 else None
    )
    with pytest.raises(StoppedOnSchedule, match="daily message budget is spent"):
        run.run()
    assert len(run.pool.outbox) == len(run.pool.signed_out) == 12
    refused = len(run.pool.sent("reset-password")) - 12
    assert 0 < refused < 20, "what was in flight, and no more"

    run.pool.always = lambda _action, _username: None
    run.clock.sleep(DAY)
    assert run.run() is True
    assert len(set(run.pool.outbox)) == len(run.pool.outbox) == 30


def test_rows_that_send_nothing_go_on_although_messages_are_spent(tmp_path):
    people = [user(f"user-{number}") for number in range(1, 41)]
    rows = [
        plan_row(
            number,
            about,
            steps="reset-password" if number % 2 else "sign-out",
            medium="email" if number % 2 else "",
        )
        for number, about in enumerate(people, start=1)
    ]
    job = a_job(max_failed=TOLERANT, messages={"spread": True, "per_day": 5})
    run = Rehearsal(tmp_path / "run.db", people, rows=rows, job=job)
    with pytest.raises(StoppedOnSchedule):
        run.run()
    assert len(run.pool.outbox) == 5
    assert len(run.pool.signed_out) == 20


def test_media_have_budgets_of_their_own(tmp_path):
    people = [user(f"user-{number}") for number in range(1, 41)]
    rows = [
        plan_row(number, about, steps="reset-password", medium="email" if number % 2 else "sms")
        for number, about in enumerate(people, start=1)
    ]
    limits = [MessageLimit(Medium.SMS, per_day=3)]
    run = Rehearsal(tmp_path / "run.db", people, rows=rows, job=a_job(max_failed=TOLERANT), limits=limits)
    with pytest.raises(StoppedOnSchedule, match="sms"):
        run.run()
    assert len(run.pool.outbox) == 23


def test_whoever_cannot_be_sent_a_message_today_is_not_looked_at_today(tmp_path):
    run = budgeted(tmp_path, 200, COGNITO)
    run._pool_users = 10**6  # too many to scan
    with pytest.raises(StoppedOnSchedule):
        run.run()
    looked = len(run.pool.looks)
    assert looked < 50 + 2 * 64
    with pytest.raises(StoppedOnSchedule):
        run.run()
    assert len(run.pool.looks) == looked, "and the next runner of the day looks at nobody"
    run.clock.sleep(DAY)
    with pytest.raises(StoppedOnSchedule):
        run.run()
    assert len(run.pool.outbox) == 100


@pytest.mark.parametrize("pool_users", [60, 10**6], ids=["scanned", "looked up singly"])
def test_however_many_wait_for_tomorrow_whoever_comes_after_them_is_done_today(tmp_path, pool_users):
    people = [user(f"user-{number}") for number in range(1, 401)]
    rows = [
        plan_row(
            number,
            about,
            steps="reset-password" if number <= 380 else "sign-out",
            medium="email" if number <= 350 else "sms" if number <= 380 else "",
        )
        for number, about in enumerate(people, start=1)
    ]
    job = a_job(max_failed=TOLERANT, messages={"spread": True})
    run = Rehearsal(tmp_path / "run.db", people, rows=rows, job=job, limits=[COGNITO], pool_users=pool_users)
    for day in range(1, 8):
        if day < 7:
            with pytest.raises(StoppedOnSchedule):
                run.run()
        else:
            assert run.run() is True
        assert len(run.pool.signed_out) == 20
        assert len(run.pool.outbox) == min(50 * day, 350) + 30
        run.clock.sleep(DAY)
    assert len(set(run.pool.outbox)) == 380


def test_with_wait_whoever_was_passed_over_is_taken_up_the_next_day(tmp_path):
    soon = MessageLimit(Medium.EMAIL, per_day=50, renewed_at_hour=23)
    run = budgeted(tmp_path, 90, soon, waits=True, steps="reset-password")
    run._pool_users = 10**6

    assert run.run() is True

    assert sorted(run.pool.outbox) == sorted(f"user-{number}" for number in range(1, 91))


def test_a_service_that_counts_24_hours_never_counts_more_than_its_quota_over_midnight(tmp_path):
    ses = MessageLimit(Medium.EMAIL, 400, sent_today=0)
    run = budgeted(tmp_path, 1000, ses, steps="reset-password")
    run.clock.sleep(6390)  # ten seconds to midnight

    with pytest.raises(StoppedOnSchedule, match="today's share of email messages is spent"):
        run.run()

    assert run.clock.monotonic() > 6400, "it went on after midnight"
    assert len(run.pool.outbox) == 400
