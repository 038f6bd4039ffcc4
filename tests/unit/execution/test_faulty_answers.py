"""Whole runs against a pool that misbehaves: nobody is lost, and nobody gets two messages."""

from __future__ import annotations

from collections import Counter

import pytest
from factories import user
from fakes import (
    FAILED_AFTER,
    FAILED_BEFORE,
    GRACE_SECONDS,
    LOST_AFTER,
    LOST_BEFORE,
    MAIL_LIMIT,
    NOT_ALLOWED,
    NOT_SENT,
    THROTTLED,
    USER_GONE,
    USER_LIMIT,
    Rehearsal,
    Reply,
    arriving,
    refused,
)

from bulkreset.cognito.answers import Meaning
from bulkreset.errors import Refused, Stopped
from bulkreset.execution.moves import TRIES
from bulkreset.users import UserStatus

NAMES = [f"user-{number}" for number in range(1, 13)]
ODD = "user-5"
OTHERS = [name for name in NAMES if name != ODD]


@pytest.fixture
def run(tmp_path) -> Rehearsal:
    return Rehearsal(tmp_path / "run.db", [user(name) for name in NAMES])


def assert_each_got_one_message(run: Rehearsal) -> None:
    assert sorted(run.pool.outbox) == sorted(NAMES)


def assert_all_done(run: Rehearsal) -> None:
    assert set(run.outcomes.values()) == {"done"}
    assert_each_got_one_message(run)
    assert set(run.pool.signed_out) == set(NAMES)


def test_without_a_fault_everybody_is_reset_and_signed_out_once(run):
    assert run.run() is True

    assert_all_done(run)
    assert Counter(run.pool.sent("sign-out")) == Counter(NAMES)
    assert run.pool.read_backs == []


def test_each_user_is_signed_out_after_the_reset_and_not_before(run):
    run.run()

    at = {(call.action, call.username): call.at for call in run.pool.log}
    assert all(at["sign-out", name] > at["reset-password", name] for name in NAMES)


def test_the_request_ids_of_a_row_are_kept(run):
    run.run()

    ids = [record.request_id for row in run.report for record in row.records]
    assert len(set(ids)) == 2 * len(NAMES)
    assert all(ids)


def test_a_throttled_call_is_tried_again_and_slows_its_category_down(run):
    run.pool.will("reset-password", ODD, THROTTLED, THROTTLED, THROTTLED)

    assert run.run() is True

    assert_all_done(run)
    assert run.limiters.of("UserAccountRecovery").throttled == 3
    assert run.limiters.of("UserUpdate").throttled == 0
    assert run.counters("throttled") == {"UserAccountRecovery": 3}
    assert run.row(ODD).records[0].attempts == 4


def test_a_slowed_down_category_is_noted_with_its_reason_and_again_when_it_is_back(tmp_path):
    run = Rehearsal(tmp_path / "run.db", [user(f"user-{number}") for number in range(1, 400)])
    run.pool.will("reset-password", "user-9", THROTTLED)

    run.run()

    noted = [(kind, detail) for kind, detail in run.events() if "category" in detail]
    assert [(kind, detail["category"]) for kind, detail in noted] == [
        ("slowed-down", "UserAccountRecovery"),
        ("back-at-grant", "UserAccountRecovery"),
    ]
    assert "TooManyRequestsException" in noted[0][1]["reason"]


@pytest.mark.parametrize("every", [2, 3, 10])
def test_throttling_by_other_traffic_loses_nobody(tmp_path, every):
    names = [f"user-{number}" for number in range(1, 201)]
    run = Rehearsal(tmp_path / "run.db", [user(name) for name in names], share=0.5)
    counted = Counter()

    def other_traffic(_action, _username):
        counted["calls"] += 1
        return THROTTLED if counted["calls"] % every == 0 else None

    run.pool.always = other_traffic
    assert run.run() is True

    assert set(run.outcomes.values()) == {"done"}
    assert sorted(run.pool.outbox) == sorted(names)
    assert run.limiters.of("UserAccountRecovery").rate_per_second >= 15 * 0.03


def test_a_call_that_was_never_sent_is_sent_later(run):
    run.pool.will("reset-password", ODD, *[NOT_SENT] * 7)

    assert run.run() is True

    assert_all_done(run)
    assert run.pool.read_backs == []


def test_a_users_own_limit_fails_that_user_alone(run):
    run.pool.will("reset-password", ODD, USER_LIMIT)

    assert run.run() is True

    assert run.outcomes == dict.fromkeys(OTHERS, "done") | {ODD: "failed"}
    record = run.row(ODD).records[-1]
    assert record.error_code == "user-limit"
    assert "Attempt limit exceeded" in record.error_message
    assert record.request_id == "r-refused"
    assert ODD not in run.pool.signed_out, "what follows a failed step is not done"


@pytest.mark.parametrize(
    "code", ["NotAuthorizedException", "InvalidParameterException", "UserNotFoundException"]
)
def test_a_refusal_for_one_user_fails_that_user_with_cognitos_words(run, code):
    run.pool.will("reset-password", ODD, refused(Meaning.ROW_REFUSED, code, "User is disabled."))

    assert run.run() is True

    assert run.outcomes == dict.fromkeys(OTHERS, "done") | {ODD: "failed"}
    assert run.row(ODD).records[-1].error_code == code
    assert run.row(ODD).records[-1].error_message == "User is disabled."
    assert run.pool.sent("reset-password").count(ODD) == 1


def test_a_later_step_that_fails_leaves_the_earlier_one_done(run):
    run.pool.will("sign-out", ODD, USER_GONE)

    run.run()

    assert [record.state.value for record in run.row(ODD).records] == ["done", "failed"]
    assert run.outcomes[ODD] == "failed"
    assert_each_got_one_message(run)


@pytest.mark.parametrize("reply", [LOST_AFTER, FAILED_AFTER], ids=["no answer", "server error"])
def test_a_message_that_was_sent_although_the_answer_was_lost_is_not_sent_again(run, reply):
    run.pool.will("reset-password", ODD, reply)

    assert run.run() is True

    assert_all_done(run)
    assert run.pool.sent("reset-password").count(ODD) == 1
    assert [name for _, name in run.pool.read_backs] == [ODD]


@pytest.mark.parametrize("reply", [LOST_BEFORE, FAILED_BEFORE], ids=["no answer", "server error"])
def test_a_message_that_was_not_sent_is_sent_once_more(run, reply):
    run.pool.will("reset-password", ODD, reply)

    assert run.run() is True

    assert_all_done(run)
    assert run.pool.sent("reset-password").count(ODD) == 2
    assert run.row(ODD).records[0].attempts == 2


def test_the_grace_is_waited_for_before_the_user_is_read_back(run):
    run.pool.will("reset-password", ODD, LOST_BEFORE)

    run.run()

    first_call = next(call.at for call in run.pool.log if call.username == ODD)
    assert run.pool.read_backs[0][0] >= first_call + GRACE_SECONDS


@pytest.mark.parametrize("seconds", [0.5, 3.0, GRACE_SECONDS - 0.1])
def test_a_call_that_arrives_late_but_within_the_grace_is_not_sent_again(run, seconds):
    run.pool.will("reset-password", ODD, arriving(seconds))

    assert run.run() is True

    assert_all_done(run)
    assert run.pool.sent("reset-password").count(ODD) == 1


def test_others_are_not_held_up_by_a_lost_answer(run):
    run.pool.will("reset-password", "user-1", LOST_BEFORE)

    run.run()

    others = [call.at for call in run.pool.log if call.username != "user-1"]
    assert max(others) < GRACE_SECONDS


@pytest.mark.parametrize("ahead_seconds", [-300.0, 0.0, 300.0])
def test_a_user_who_recovered_meanwhile_is_unknown_and_never_sent_to_again(run, ahead_seconds):
    """The reset had its effect and the user chose a new password before we looked: all looks as before."""
    run.pool.ahead_seconds = ahead_seconds
    run.pool.will("reset-password", ODD, LOST_AFTER)
    recovered = []

    def recover() -> bool:
        if ODD in run.pool.outbox and not recovered and run.clock.monotonic() > 6.0:
            recovered.append(ODD)
            run.pool.change(ODD, status=UserStatus.CONFIRMED)
        return False

    assert run.run(stop=recover) is True

    assert recovered
    assert run.outcomes == dict.fromkeys(OTHERS, "done") | {ODD: "unknown"}
    assert run.row(ODD).records[-1].error_code == "cannot-tell"
    assert_each_got_one_message(run)

    run.run()
    assert run.pool.sent("reset-password").count(ODD) == 1, "nor by a later runner"
    assert run.outcomes[ODD] == "unknown"


def test_a_call_that_never_has_an_effect_is_given_up_as_failed(run):
    run.pool.will("reset-password", ODD, *[LOST_BEFORE] * 50)

    assert run.run() is True

    assert run.outcomes == dict.fromkeys(OTHERS, "done") | {ODD: "failed"}
    assert run.row(ODD).records[-1].error_code == "no-effect"
    assert run.pool.sent("reset-password").count(ODD) == TRIES
    assert ODD not in run.pool.outbox


def test_a_user_who_is_deleted_while_the_answer_is_awaited_is_failed(run):
    run.pool.will("reset-password", ODD, LOST_AFTER)

    def delete() -> bool:
        if ODD in run.pool.outbox:
            run.pool.users.pop(ODD, None)
        return False

    run.run(stop=delete)

    assert run.outcomes[ODD] == "failed"
    assert run.row(ODD).records[-1].error_code == "UserNotFoundException"


@pytest.mark.parametrize("reply", [LOST_AFTER, LOST_BEFORE, FAILED_AFTER, FAILED_BEFORE])
def test_what_is_safe_to_repeat_is_repeated_without_a_read_back(run, reply):
    run.pool.will("sign-out", ODD, reply, reply)

    assert run.run() is True

    assert_all_done(run)
    assert run.pool.sent("sign-out").count(ODD) == 3
    assert run.pool.read_backs == []


def test_what_is_safe_to_repeat_is_given_up_in_the_end(run):
    run.pool.will("sign-out", ODD, *[LOST_BEFORE] * 50)

    assert run.run() is True

    assert run.outcomes == dict.fromkeys(OTHERS, "done") | {ODD: "unknown"}
    assert run.pool.sent("sign-out").count(ODD) == TRIES
    assert f"{TRIES} tries" in run.row(ODD).records[-1].error_message


@pytest.mark.parametrize("reply", [LOST_AFTER, LOST_BEFORE], ids=["sent", "not sent"])
@pytest.mark.parametrize("ahead_seconds", [-300.0, 300.0])
def test_a_pool_whose_clock_is_off_is_judged_by_its_own_clock(tmp_path, reply, ahead_seconds):
    """Our own verification, a moment before, must not look like a change long after the call."""
    people = [user(name, email_verified=False) for name in NAMES]
    run = Rehearsal(tmp_path / "run.db", people, "verify-email reset-password sign-out")
    run.pool.ahead_seconds = ahead_seconds
    run.pool.will("reset-password", ODD, reply)

    assert run.run() is True

    assert_all_done(run)


def test_a_change_of_our_own_just_before_the_call_is_not_taken_for_its_effect(tmp_path):
    """The e-mail is verified, and then the code sent again, within the second that clocks are known to."""
    required = user(ODD, status=UserStatus.RESET_REQUIRED, email_verified=False)
    run = Rehearsal(tmp_path / "run.db", [required], "verify-email reset-password")
    run.pool.skew_error_seconds = -0.9
    run.pool.will("reset-password", ODD, LOST_BEFORE)

    run.run()

    assert run.outcomes[ODD] != "done" or run.pool.outbox == [ODD]


def test_a_read_back_that_reaches_nobody_leaves_the_row_unknown_for_a_later_runner(run):
    run.pool.will("reset-password", ODD, LOST_AFTER)
    run.pool.read_back_error = Stopped("no answer from Cognito")

    assert run.run() is True
    assert run.outcomes[ODD] == "unknown"
    assert run.row(ODD).records[-1].error_code == "no-read-back"

    run.pool.read_back_error = None
    assert run.run() is True
    assert_all_done(run)


def test_a_read_back_that_is_not_allowed_halts_the_run_and_leaves_the_row_unknown(run):
    run.pool.will("reset-password", ODD, LOST_AFTER)
    run.pool.read_back_error = Refused("AdminGetUser: AccessDeniedException")

    with pytest.raises(Refused):
        run.run()

    assert run.outcomes[ODD] == "unknown"


def test_a_refused_run_halts_after_what_is_in_flight_and_leaves_the_rest_pending(tmp_path):
    names = [f"user-{number}" for number in range(1, 201)]
    run = Rehearsal(tmp_path / "run.db", [user(name) for name in names])
    run.pool.will("reset-password", "user-20", NOT_ALLOWED)

    with pytest.raises(Refused, match="AdminResetUserPassword: AccessDeniedException"):
        run.run()

    assert run.row("user-20").records[0].state.value == "pending"
    assert not [record for row in run.report for record in row.records if record.state.value == "in-flight"]
    assert sorted(run.pool.outbox) == sorted(
        row.username for row in run.report if row.records and row.records[0].state.value == "done"
    )
    assert len(run.pool.outbox) < 60

    assert run.run() is True, "and once access is given, it goes on"
    assert set(run.outcomes.values()) == {"done"}
    assert sorted(run.pool.outbox) == sorted(names)


def test_a_look_that_is_not_allowed_halts_the_run_before_any_call(run):
    run.pool.look_error = Refused("ListUsers: AccessDeniedException")

    with pytest.raises(Refused):
        run.run()

    assert run.pool.log == []
    assert set(run.outcomes.values()) == {"not-attempted"}


def test_a_look_that_reaches_nobody_stops_the_run_and_it_can_be_resumed(run):
    run.pool.look_error = Stopped("no answer from Cognito")

    with pytest.raises(Stopped):
        run.run()
    run.pool.look_error = None

    assert run.run() is True
    assert_all_done(run)


@pytest.mark.parametrize("effect_after", [None, 0.0], ids=["user as before", "user changed all the same"])
def test_the_daily_mail_limit_stops_the_run_and_the_rest_is_done_the_next_day(tmp_path, effect_after):
    """AWS does not say whether the user is changed when the message cannot be sent; both go well."""
    names = [f"user-{number}" for number in range(1, 201)]
    run = Rehearsal(tmp_path / "run.db", [user(name) for name in names])
    budget = 50
    mailed: list[str] = []

    def limited(action, username):
        if action.name != "reset-password":
            return None
        if len(mailed) < budget:
            mailed.append(username)
            return None
        if effect_after is not None:
            run.pool.change(username, status=UserStatus.RESET_REQUIRED)
        return MAIL_LIMIT

    run.pool.always = limited
    with pytest.raises(Stopped, match="daily message budget"):
        run.run()

    assert len(mailed) == budget
    assert set(run.outcomes.values()) == {"done", "not-attempted"}
    assert len(run.pool.sent("reset-password")) < 100, "nothing is started after the first refusal"

    run.clock.sleep(86_400.0)
    budget = 1000
    assert run.run() is True
    assert set(run.outcomes.values()) == {"done"}
    assert sorted(run.pool.outbox) == sorted(names)


def test_a_run_that_reaches_nobody_stops_before_it_has_spent_every_try(tmp_path):
    run = Rehearsal(tmp_path / "run.db", [user(f"user-{number}") for number in range(1, 301)])
    run.pool.always = lambda _action, _username: NOT_SENT

    with pytest.raises(Stopped, match=r"no answer from Cognito for \d+ s .*bulkreset resume"):
        run.run()

    assert 30.0 <= run.clock.monotonic() < 45.0
    assert set(run.outcomes.values()) == {"not-attempted"}

    run.pool.always = lambda _action, _username: None
    assert run.run() is True
    assert len(run.pool.outbox) == 300


def test_a_run_whose_every_answer_is_lost_stops_with_the_rows_to_be_read_back(tmp_path):
    run = Rehearsal(tmp_path / "run.db", [user(f"user-{number}") for number in range(1, 2001)])
    run.pool.always = lambda _action, _username: LOST_AFTER

    with pytest.raises(Stopped, match="no answer"):
        run.run()

    run.pool.always = lambda _action, _username: None
    assert run.run() is True
    assert set(run.outcomes.values()) == {"done"}
    assert len(run.pool.outbox) == len(set(run.pool.outbox)) == 2000


def test_an_answer_now_and_then_keeps_the_run_going(tmp_path):
    run = Rehearsal(tmp_path / "run.db", [user(f"user-{number}") for number in range(1, 101)], "sign-out")
    run.pool.always = lambda _action, _username: None if len(run.pool.log) % 15 == 0 else NOT_SENT

    assert run.run() is True
    assert run.clock.monotonic() > 40.0, "long enough that the breaker could have acted"


def test_one_call_in_ten_lost_before_or_after_its_effect_reaches_everybody_once(tmp_path):
    names = [f"user-{number}" for number in range(1, 301)]
    run = Rehearsal(
        tmp_path / "run.db", [user(name) for name in names], "verify-email reset-password sign-out"
    )
    replies = [LOST_AFTER, FAILED_AFTER, LOST_BEFORE, FAILED_BEFORE, arriving(4.0), THROTTLED, NOT_SENT]
    run.pool.always = lambda _action, _username: (
        replies[len(run.pool.log) // 10 % len(replies)] if len(run.pool.log) % 10 == 0 else None
    )

    assert run.run() is True

    assert set(run.outcomes.values()) == {"done"}
    assert sorted(run.pool.outbox) == sorted(names)
    assert set(run.pool.signed_out) == set(names)


def test_calls_and_read_backs_are_counted_in_the_run_file(run):
    run.pool.will("reset-password", ODD, LOST_AFTER)

    run.run()

    calls = run.counters("calls")
    assert calls["AdminResetUserPassword"] == len(NAMES)
    assert calls["AdminUserGlobalSignOut"] == len(NAMES)
    assert calls["AdminGetUser"] == 1


def test_a_bug_in_a_call_is_not_swallowed(run):
    def broken(_action, _username) -> Reply:
        raise ZeroDivisionError

    run.pool.always = broken

    with pytest.raises(ZeroDivisionError):
        run.run()
