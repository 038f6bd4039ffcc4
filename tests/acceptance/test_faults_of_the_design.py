"""Every row of the design's table of faults, through the real command over HTTP.

TABLE says which test holds for which row. For each: the exit code, the outcome, who was sent what, and
what resume makes of it.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from command import until, verified_users

from bulkreset.ledger.connection import open_read_only
from bulkreset.simulator import Fault, FaultKind, SeedUser

RESET = "AdminResetUserPassword"
SIGN_OUT = "AdminUserGlobalSignOut"
VERIFY = "AdminUpdateUserAttributes"

TABLE = {
    "TooManyRequests: slower, and the step again": (
        "test_a_pool_that_throttles_a_tenth_of_the_calls_loses_no_row_and_the_rate_recovers",
    ),
    "LimitExceeded of a user: that row alone": ("test_a_users_own_limit_fails_that_row_and_no_other",),
    "LimitExceeded of the day's e-mail: exit 4 until it is renewed": (
        "test_when_others_spent_the_budget_the_run_stops_signs_out_and_goes_on_the_next_day",
    ),
    "no answer to a step that is safe to repeat: again": (
        "test_whatever_becomes_of_an_answer_every_user_is_done_and_told_once",
        "test_a_verification_that_was_lost_and_then_refused_for_the_rate_is_no_drift",
    ),
    "no answer to a step that sends a message: read back, effect seen or not": (
        "test_whatever_becomes_of_an_answer_every_user_is_done_and_told_once",
        "test_dropped_connections_and_server_errors_change_nothing_in_the_result",
    ),
    "no answer to a step that sends a message: nobody can tell": (
        "test_where_nobody_can_tell_the_row_is_unknown_and_nothing_is_ever_sent_again",
    ),
    "access, pool or credentials lost: the whole run, exit 3": (
        "test_lost_access_stops_the_whole_run_and_resume_finishes_it",
    ),
    "NotAuthorized, InvalidParameter, UserNotFound: this row": (
        "test_a_refusal_of_one_user_is_told_in_its_row_and_the_others_go_on",
    ),
    "a request that was given up on arrives late: waited for": (
        "test_whatever_becomes_of_an_answer_every_user_is_done_and_told_once",
        "test_a_call_that_the_runner_did_not_outlive_is_judged_by_what_the_pool_shows",
    ),
    "in flight at the start: read back first": (
        "test_a_call_that_was_under_way_when_the_runner_was_killed_is_not_made_again",
        "test_thousands_of_rows_in_flight_at_a_kill_are_all_read_back",
    ),
    "too many rows fail: the run stops": (
        "test_five_percent_with_a_minimum_of_fifty_stops_at_the_fiftieth_row_with_three_failures",
    ),
    "waves with a pause or a confirmation": (
        "test_waves_go_one_after_the_other_with_a_pause_between",
        "test_a_wave_that_asks_for_a_confirmation_stops_the_run_until_somebody_gives_it",
    ),
}


def test_every_row_of_the_table_has_its_tests():
    files = Path(__file__).parent.glob("test_*.py")
    tests = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [name for names in TABLE.values() for name in names if f"\ndef {name}(" not in tests] == []


def rows_of(command, run="a.run"):
    return {row["username"]: row for row in command.report(run)["rows"]}


def first_step(run):
    """State and error code."""
    with closing(open_read_only(run)) as connection:
        return tuple(connection.execute("SELECT state, error_code FROM steps").fetchone())


def once(users):
    return {user.username: 1 for user in users}


def striking(simulator, user, kind, operation=RESET, **more):
    simulator.faults.add(
        Fault(kind, operation=operation, usernames=frozenset({user.username}), **{"times": 1, **more})
    )


def test_a_users_own_limit_fails_that_row_and_no_other(scene):
    users = verified_users(6)
    simulator, _, command = scene(users)
    striking(simulator, users[2], FaultKind.USER_LIMIT)
    ended = command.plan_and_apply("a.run")
    assert ended.code == 1
    assert (ended.status["outcomes"]["done"], ended.status["outcomes"]["failed"]) == (5, 1)
    row = rows_of(command)[users[2].username]
    assert (row["outcome"], row["error_code"], row["attempts"]) == ("failed", "user-limit", 1)
    assert simulator.outbox.counts() == once(users[:2] + users[3:])
    before = simulator.counters.all_calls()
    assert command("resume", "a.run").code == 1
    assert simulator.counters.all_calls() == before, "a row that failed is over; `retry` is for it"


LOST = [
    (FaultKind.SERVER_ERROR, {}),
    (FaultKind.SERVER_ERROR, {"after_effect": True}),
    (FaultKind.DROP, {}),
    (FaultKind.DROP, {"after_effect": True}),
    (FaultKind.HANG, {"after_effect": True}),
    (FaultKind.HANG, {"seconds": 1.5}),
    (FaultKind.TRUNCATE, {}),
    (FaultKind.GARBAGE, {}),
    (FaultKind.THROTTLE, {}),
]
"""Each strikes a user of its own. The hang that ends has its effect after the client gave up."""


@pytest.mark.parametrize("operation", [RESET, SIGN_OUT])
def test_whatever_becomes_of_an_answer_every_user_is_done_and_told_once(scene, operation):
    users = verified_users(len(LOST) + 3)
    simulator, _, command = scene(
        users,
        environment={
            "timeouts": {"connect_seconds": 2, "read_seconds": 1},
            "read_back_after_seconds": 1.5,
        },
    )
    for user, (kind, more) in zip(users, LOST, strict=False):
        striking(simulator, user, kind, operation, **more)
    ended = command.plan_and_apply("a.run")
    assert ended.code == 0, ended.err
    assert [armed.struck for armed in simulator.faults.armed] == [1] * len(LOST)
    assert ended.status["outcomes"]["done"] == len(users)
    assert simulator.outbox.counts() == once(users)
    assert all(simulator.counters.effects(SIGN_OUT, user.username) for user in users)


def test_a_verification_that_was_lost_and_then_refused_for_the_rate_is_no_drift(scene):
    """The first call had its effect; the runner dies while the second is refused. Nobody else was there."""
    user = SeedUser("ada", email="ada@example.com", email_verified=False)
    simulator, desk, command = scene([user], job={"policy": {"unverified": "verify-email"}})
    digest = command.plan("a.run")
    striking(simulator, user, FaultKind.DROP, VERIFY, after_effect=True)
    refusing = simulator.faults.add(Fault(FaultKind.THROTTLE, operation=VERIFY))
    runner = command.start("apply", "a.run", "--confirm", digest)
    assert refusing.wait_struck()
    run = desk.folder / "a.run"
    until(lambda: first_step(run)[1] == "TooManyRequestsException", "the refusal to be written down", 10)
    runner.kill()
    simulator.faults.clear()
    resumed = command("resume", "a.run", "--json")
    assert resumed.code == 0, rows_of(command)
    assert simulator.outbox.counts() == {"ada": 1}


def test_where_nobody_can_tell_the_row_is_unknown_and_nothing_is_ever_sent_again(scene):
    """RESET_REQUIRED before and after: whether a message went out does not show."""
    users = [
        SeedUser(
            name, status="RESET_REQUIRED", email=f"{name}@example.com", email_verified=True, modified_at=1.6e9
        )
        for name in ("ada", "ben", "chi")
    ]
    simulator, _, command = scene(users, job={"policy": {"already_required": "send-again"}})
    striking(simulator, users[0], FaultKind.DROP)
    ended = command.plan_and_apply("a.run")
    assert ended.code == 1
    row = rows_of(command)["ada"]
    assert (row["outcome"], row["error_code"]) == ("unknown", "cannot-tell")
    for _ in range(2):
        assert command("resume", "a.run").code == 1
    assert simulator.outbox.counts() == once(users[1:])
    assert rows_of(command)["ada"]["outcome"] == "unknown"
    assert simulator.counters.calls(RESET) == 3


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        (FaultKind.ACCESS_DENIED, "give the caller this action"),
        (FaultKind.EXPIRED_TOKEN, "renew the credentials"),
        (FaultKind.POOL_NOT_FOUND, "check pool_id and region"),
    ],
)
def test_lost_access_stops_the_whole_run_and_resume_finishes_it(scene, kind, advice):
    users = verified_users(60)
    simulator, _, command = scene(users, environment={"concurrency": 4}, latency_seconds=0.02)
    digest = command.plan("a.run")
    simulator.faults.add(Fault(kind, operation=RESET, first=10))
    stopped = command("apply", "a.run", "--confirm", digest, "--json")
    assert stopped.code == 3
    assert advice in stopped.err
    assert simulator.counters.calls(RESET) <= 9 + 4, "what was in flight, and nothing after"
    assert len(simulator.outbox) == 9
    assert stopped.status["state"] == "stopped"
    assert stopped.status["outcomes"]["failed"] == stopped.status["outcomes"]["unknown"] == 0
    assert command("resume", "a.run").code == 3, "it is still lost"
    simulator.faults.clear()
    resumed = command("resume", "a.run", "--json")
    assert resumed.code == 0, resumed.err
    assert resumed.status["outcomes"]["done"] == 60
    assert simulator.outbox.counts() == once(users)


REFUSALS = [
    ("NotAuthorizedException", "User password cannot be reset in the current state."),
    ("InvalidParameterException", "Cannot reset password for the user as there is no registered email"),
    ("UserNotFoundException", "User does not exist."),
    ("UserLambdaValidationException", "PreSignUp failed with error no."),
    ("CodeDeliveryFailureException", "Unable to deliver"),
    ("SomethingNewException", "of a later version of the service"),
]


def test_a_refusal_of_one_user_is_told_in_its_row_and_the_others_go_on(scene):
    users = verified_users(len(REFUSALS) + 4)
    simulator, _, command = scene(users)
    for user, (code, message) in zip(users, REFUSALS, strict=False):
        striking(simulator, user, FaultKind.REFUSE, code=code, message=message)
    ended = command.plan_and_apply("a.run")
    assert ended.code == 1
    assert (ended.status["outcomes"]["done"], ended.status["outcomes"]["failed"]) == (4, len(REFUSALS))
    rows = rows_of(command)
    for user, (code, message) in zip(users, REFUSALS, strict=False):
        row = rows[user.username]
        assert (row["outcome"], row["error_code"], row["attempts"]) == ("failed", code, 1)
        assert message in row["error_message"]
        assert row["request_id"]
        assert not simulator.counters.effects(SIGN_OUT, user.username), "no step after one that failed"
    assert simulator.outbox.counts() == once(users[len(REFUSALS) :])
    assert command("resume", "a.run").code == 1
    assert simulator.counters.calls(RESET) == len(users)


def test_an_answer_that_is_awaited_when_the_run_is_asked_to_stop_is_written_down(scene):
    users = verified_users(4)
    simulator, _, command = scene(users, environment={"concurrency": 1})
    digest = command.plan("a.run")
    late = simulator.faults.add(Fault(FaultKind.HANG, operation=RESET, after_effect=True, seconds=1.5))
    runner = command.start("apply", "a.run", "--confirm", digest, "--json")
    assert late.wait_struck()
    assert command("stop", "a.run").code == 0
    until(lambda: runner.is_over, "the end of the run")
    ended = runner.wait()
    assert ended.code == 4
    assert ended.status["outcomes"]["unknown"] == 0
    simulator.faults.clear()
    assert command("resume", "a.run").code == 0
    assert simulator.outbox.counts() == once(users)
    assert simulator.counters.calls("AdminGetUser") == 0
