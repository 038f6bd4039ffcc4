"""Every row of the design's table of faults, made to happen over HTTP."""

from __future__ import annotations

import threading
import time

import pytest
from command import verified_users

from bulkreset.clock import SystemClock
from bulkreset.cognito import directory
from bulkreset.errors import Refused, Stopped
from bulkreset.reporting.status import exit_code
from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind, SeedUser

RESET = "AdminResetUserPassword"
SIGN_OUT = "AdminUserGlobalSignOut"
STRUCK = "user-0001"
DAY = 86_400.0


class ShiftedClock(SystemClock):
    """A clock that is off by some seconds."""

    def __init__(self, seconds=0.0):
        self.seconds = seconds

    def now(self):
        return super().now() + self.seconds


def fault(kind, operation=RESET, name=STRUCK, **more):
    return Fault(kind, operation=operation, usernames=frozenset({name}), **more)


def everybody_once(users):
    return {user.username: 1 for user in users}


@pytest.fixture
def users():
    return verified_users(4)


@pytest.fixture
def night(rehearse, users):
    return rehearse(users)


def planned(night, users, **job):
    return night.plan([user.username for user in users], **job)


def test_throttled_calls_slow_the_category_down_and_the_steps_are_made_again(night, users):
    night.simulator.faults.add(Fault(FaultKind.THROTTLE, operation=RESET, times=3))
    run = planned(night, users)
    status = night.apply(run)
    assert status["outcomes"]["done"] == 4
    assert status["throttled"] == 3
    assert status["calls"][RESET] == 7
    assert night.simulator.outbox.counts() == everybody_once(users)
    slowed = [event.detail for event in night.events(run) if event.kind == "slowed-down"]
    assert slowed[0]["category"] == "UserAccountRecovery"
    assert "TooManyRequestsException" in slowed[0]["reason"]


def test_throttled_reads_slow_the_reads_down_and_the_plan_is_whole(night, users):
    night.simulator.faults.add(Fault(FaultKind.THROTTLE, operation="ListUsers", times=2))
    night.simulator.faults.add(Fault(FaultKind.THROTTLE, operation="DescribeUserPool", times=1))
    assert night.status(planned(night, users))["rows"]["do"] == 4


def test_a_users_own_limit_fails_that_user_and_the_others_go_on(night, users):
    night.simulator.faults.add(fault(FaultKind.USER_LIMIT))
    run = planned(night, users)
    status = night.apply(run)
    assert exit_code(status) == 1
    assert status["outcomes"]["done"] == 3
    row = night.rows(run)[STRUCK]
    assert (row["outcome"], row["error_code"], row["attempts"]) == ("failed", "user-limit", 1)
    assert "LimitExceededException: Attempt limit exceeded" in row["error_message"]


def test_the_daily_message_budget_stops_the_run_which_goes_on_the_next_day(rehearse):
    clock = ShiftedClock()
    users = verified_users(6)
    night = rehearse(users, daily_email_limit=3, clock=clock)
    night.environment(concurrency=1)
    run = planned(night, users)
    with pytest.raises(Stopped, match=r"renewed at .*T09:00:00") as stopped:
        night.apply(run)
    assert stopped.value.exit_code == 4
    status = night.status(run)
    assert status["state"] == "stopped"
    assert status["outcomes"]["failed"] == status["outcomes"]["unknown"] == 0
    assert status["outcomes"]["not-attempted"] >= 3
    assert len(night.simulator.outbox) == 3
    with pytest.raises(Stopped):
        night.resume(run)
    assert len(night.simulator.outbox) == 3
    clock.seconds += DAY
    assert night.resume(run)["outcomes"]["done"] == 6
    assert night.simulator.outbox.counts() == everybody_once(users)
    assert all(night.simulator.counters.effects(RESET, user.username) == 1 for user in users)


LOST = [
    pytest.param(FaultKind.DROP, True, id="dropped after"),
    pytest.param(FaultKind.DROP, False, id="dropped before"),
    pytest.param(FaultKind.SERVER_ERROR, True, id="5xx after"),
    pytest.param(FaultKind.SERVER_ERROR, False, id="5xx before"),
    pytest.param(FaultKind.HANG, True, id="timeout after"),
    pytest.param(FaultKind.HANG, False, id="timeout before"),
    pytest.param(FaultKind.GARBAGE, True, id="unreadable"),
    pytest.param(FaultKind.TRUNCATE, True, id="cut off"),
]


@pytest.mark.parametrize(("kind", "after_effect"), LOST)
def test_a_lost_answer_to_a_reset_is_read_back_and_never_blindly_repeated(night, users, kind, after_effect):
    night.simulator.faults.add(fault(kind, after_effect=after_effect, times=1))
    run = planned(night, users)
    status = night.apply(run)
    assert exit_code(status) == 0, night.rows(run)
    assert night.simulator.counters.calls(RESET) == (4 if after_effect else 5)
    assert night.simulator.counters.effects(SIGN_OUT, STRUCK) == 1
    assert night.simulator.outbox.counts() == everybody_once(users)
    # An answer of status 200 that carries Cognito's request id is an answer, however its body looks.
    answered = kind in {FaultKind.TRUNCATE, FaultKind.GARBAGE}
    assert status["calls"].get("AdminGetUser", 0) == (0 if answered else 1)


@pytest.mark.parametrize(("kind", "after_effect"), LOST)
def test_a_lost_answer_to_a_step_that_is_safe_to_repeat_is_repeated(night, users, kind, after_effect):
    night.simulator.faults.add(fault(kind, SIGN_OUT, after_effect=after_effect, times=1))
    run = planned(night, users)
    assert exit_code(night.apply(run)) == 0, night.rows(run)
    assert night.simulator.counters.effects(SIGN_OUT, STRUCK) >= 1
    assert night.simulator.counters.calls("AdminGetUser") == 0
    assert night.simulator.outbox.counts() == everybody_once(users)


def test_a_reset_that_arrives_after_we_gave_up_on_it_is_waited_for(night, users):
    night.environment(timeouts={"connect_seconds": 1, "read_seconds": 0.3}, read_back_after_seconds=1.5)
    night.simulator.faults.add(fault(FaultKind.HANG, seconds=1.0, times=1))
    assert exit_code(night.apply(planned(night, users))) == 0
    assert night.simulator.counters.calls(RESET) == 4
    assert night.simulator.outbox.counts() == everybody_once(users)


def test_a_user_who_has_chosen_a_new_password_meanwhile_is_not_mailed_again(night, users):
    """The read-back finds CONFIRMED, changed after the call: whether by the user cannot be told."""
    lost = night.simulator.faults.add(fault(FaultKind.DROP, after_effect=True))
    night.environment(read_back_after_seconds=1.0)
    run = planned(night, users)
    runner = threading.Thread(target=night.apply, args=(run,))
    runner.start()
    assert lost.wait_struck()
    in_a_while = time.time() + 5.0
    night.simulator.set_user(DEMO_POOL_ID, STRUCK, status="CONFIRMED", modified_at=in_a_while)
    runner.join()
    row = night.rows(run)[STRUCK]
    assert (row["outcome"], row["error_code"]) == ("unknown", "cannot-tell")
    assert exit_code(night.status(run)) == 1
    assert night.simulator.outbox.counts() == everybody_once(users)
    assert exit_code(night.resume(run)) == 1
    assert night.simulator.outbox.counts() == everybody_once(users)


def test_a_reset_sent_again_on_request_is_unknown_when_its_answer_is_lost_before_the_effect(rehearse):
    """RESET_REQUIRED before and after: the state does not tell, so nothing is sent by itself."""
    long_ago = time.time() - DAY
    user = SeedUser(
        STRUCK, status="RESET_REQUIRED", email="a@example.com", email_verified=True, modified_at=long_ago
    )
    night = rehearse([user])
    night.simulator.faults.add(fault(FaultKind.DROP, times=1))
    run = planned(night, [user], policy={"already_required": "send-again"})
    night.apply(run)
    assert night.rows(run)[STRUCK]["error_code"] == "cannot-tell"
    assert len(night.simulator.outbox) == 0


def test_a_reset_sent_again_on_request_is_done_when_the_user_was_changed_after_the_call(rehearse):
    long_ago = time.time() - DAY
    user = SeedUser(
        STRUCK, status="RESET_REQUIRED", email="a@example.com", email_verified=True, modified_at=long_ago
    )
    night = rehearse([user])
    night.simulator.faults.add(fault(FaultKind.DROP, times=1, after_effect=True))
    status = night.apply(planned(night, [user], policy={"already_required": "send-again"}))
    assert exit_code(status) == 0
    assert len(night.simulator.outbox) == 1


@pytest.mark.parametrize("off_by", [-3600.0, 3600.0])
@pytest.mark.parametrize("after_effect", [True, False])
def test_a_clock_that_is_wrong_by_an_hour_does_not_confuse_read_backs(rehearse, users, off_by, after_effect):
    night = rehearse(users, clock=ShiftedClock(off_by))
    night.simulator.faults.add(fault(FaultKind.DROP, times=1, after_effect=after_effect))
    assert exit_code(night.apply(planned(night, users))) == 0
    assert night.simulator.outbox.counts() == everybody_once(users)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (FaultKind.ACCESS_DENIED, "give the caller this action"),
        (FaultKind.EXPIRED_TOKEN, "renew the credentials"),
        (FaultKind.POOL_NOT_FOUND, "check pool_id and region"),
    ],
)
@pytest.mark.parametrize("operation", [RESET, SIGN_OUT, "ListUsers"])
def test_lost_access_stops_the_whole_run_at_once_and_it_can_be_resumed(night, users, kind, words, operation):
    night.environment(concurrency=2)
    run = planned(night, users)
    night.simulator.counters.clear()
    night.simulator.faults.add(Fault(kind, operation=operation))
    with pytest.raises(Refused, match=words) as refused:
        night.apply(run)
    assert refused.value.exit_code == 3
    assert night.simulator.counters.calls(operation) <= 2
    status = night.status(run)
    assert status["state"] == "stopped"
    assert status["outcomes"]["not-attempted"] == 4
    night.simulator.faults.clear()
    assert exit_code(night.resume(run)) == 0
    assert night.simulator.outbox.counts() == everybody_once(users)


def test_a_row_of_which_a_part_is_done_says_so_when_access_is_lost(night, users):
    night.simulator.faults.add(Fault(FaultKind.ACCESS_DENIED, operation=SIGN_OUT))
    run = planned(night, users[:1])
    with pytest.raises(Refused):
        night.apply(run)
    row = night.rows(run)["user-0000"]
    assert row["outcome"] == "not-attempted"
    assert "reset-password" in row["error_message"] or row["error_code"] == "partly-done"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("NotAuthorizedException", "User password cannot be reset in the current state."),
        ("InvalidParameterException", "Cannot reset password for the user as there is no registered email"),
        ("UserNotFoundException", "User does not exist."),
        ("UserLambdaValidationException", "PreSignUp failed with error no."),
        ("CodeDeliveryFailureException", "Unable to deliver"),
        ("SomethingNewException", "in a later version of the API"),
    ],
)
def test_a_refusal_for_one_user_fails_its_row_with_cognitos_code_and_text(night, users, code, message):
    night.simulator.faults.add(fault(FaultKind.REFUSE, code=code, message=message))
    run = planned(night, users)
    status = night.apply(run)
    assert exit_code(status) == 1
    assert status["outcomes"]["done"] == 3
    row = night.rows(run)[STRUCK]
    assert (row["outcome"], row["error_code"], row["attempts"]) == ("failed", code, 1)
    assert message in row["error_message"]
    assert row["request_id"]
    assert night.simulator.counters.effects(SIGN_OUT, STRUCK) == 0


def test_a_user_who_was_deleted_while_the_answer_was_awaited_is_failed(night, users):
    night.environment(read_back_after_seconds=1.0)
    lost = night.simulator.faults.add(fault(FaultKind.DROP))
    run = planned(night, users)
    runner = threading.Thread(target=night.apply, args=(run,))
    runner.start()
    assert lost.wait_struck()
    night.simulator.delete_user(DEMO_POOL_ID, STRUCK)
    runner.join()
    row = night.rows(run)[STRUCK]
    assert (row["outcome"], row["error_code"]) == ("failed", "UserNotFoundException")
    assert "deleted while the answer was awaited" in row["error_message"]


def test_a_read_back_that_brings_no_answer_leaves_the_row_unknown_and_resume_asks_again(
    night, users, monkeypatch
):
    monkeypatch.setattr(directory, "LOST_ANSWERS_IN_A_ROW", 2)
    night.simulator.faults.add(fault(FaultKind.DROP, after_effect=True))
    night.simulator.faults.add(Fault(FaultKind.DROP, operation="AdminGetUser"))
    run = planned(night, users)
    status = night.apply(run)
    assert exit_code(status) == 1
    assert status["outcomes"]["unknown"] == 1
    assert night.rows(run)[STRUCK]["error_code"] == "no-read-back"
    night.simulator.faults.clear()
    assert exit_code(night.resume(run)) == 0
    assert night.simulator.outbox.counts() == everybody_once(users)


def test_a_read_back_that_is_denied_stops_the_run_and_the_row_stays_unknown(night, users):
    night.simulator.faults.add(fault(FaultKind.DROP, after_effect=True))
    night.simulator.faults.add(Fault(FaultKind.ACCESS_DENIED, operation="AdminGetUser"))
    run = planned(night, users)
    with pytest.raises(Refused, match="AdminGetUser"):
        night.apply(run)
    assert night.rows(run)[STRUCK]["outcome"] == "unknown"
    night.simulator.faults.clear()
    assert exit_code(night.resume(run)) == 0
    assert night.simulator.outbox.counts() == everybody_once(users)


def test_a_throttled_read_back_is_made_again(night, users):
    night.simulator.faults.add(fault(FaultKind.DROP, after_effect=True))
    night.simulator.faults.add(Fault(FaultKind.THROTTLE, operation="AdminGetUser", times=2))
    assert exit_code(night.apply(planned(night, users))) == 0
    assert night.simulator.outbox.counts() == everybody_once(users)


def test_a_step_whose_answers_are_lost_again_and_again_ends_without_a_second_message(night, users):
    """Every try is dropped before its effect: the row fails in the end, and was never sent."""
    night.simulator.faults.add(fault(FaultKind.DROP))
    run = planned(night, users)
    status = night.apply(run)
    row = night.rows(run)[STRUCK]
    assert (row["outcome"], row["error_code"], row["attempts"]) == ("failed", "no-effect", 5)
    assert exit_code(status) == 1
    assert len(night.simulator.outbox) == 3


def test_a_network_that_is_gone_stops_the_run_and_resume_finishes_it(rehearse, monkeypatch):
    monkeypatch.setattr(directory, "LOST_ANSWERS_IN_A_ROW", 2)
    users = verified_users(30)
    night = rehearse(users)
    run = planned(night, users)
    night.simulator.faults.add(Fault(FaultKind.DROP, operation="ListUsers"))
    with pytest.raises(Stopped, match="no answer") as stopped:
        night.apply(run)
    assert stopped.value.exit_code == 4
    night.simulator.faults.clear()
    assert exit_code(night.resume(run)) == 0
    assert night.simulator.outbox.counts() == everybody_once(users)


def test_nothing_is_called_by_a_run_that_is_asked_to_stop_before_it_starts(night, users):
    run = planned(night, users)
    before = night.simulator.counters.all_calls()
    with pytest.raises(Stopped, match="stopped by a signal"):
        night.apply(run, stop_requested=lambda: True)
    after = night.simulator.counters.all_calls()
    looked = ("DescribeUserPool", "ListUserPoolClients")
    assert after == {**before, **{operation: before[operation] + 1 for operation in looked}}
    assert exit_code(night.resume(run)) == 0
