"""Every fault, over real HTTP: what the caller sees, and whether the call took effect."""

from __future__ import annotations

import http.client
import json
import threading
import time
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ConnectionClosedError, HTTPClientError, ReadTimeoutError

from bulkreset.simulator import Fault, FaultKind, SeedUser

RESET = "AdminResetUserPassword"


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        (FaultKind.THROTTLE, "TooManyRequestsException", "Rate exceeded"),
        (FaultKind.SERVER_ERROR, "InternalErrorException", "Something went wrong"),
        (
            FaultKind.USER_LIMIT,
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        ),
        (FaultKind.EMAIL_LIMIT, "LimitExceededException", "Exceeded daily email limit"),
        (FaultKind.ACCESS_DENIED, "AccessDeniedException", "to perform: cognito-idp:AdminResetUserPassword"),
        (
            FaultKind.EXPIRED_TOKEN,
            "ExpiredTokenException",
            "security token included in the request is expired",
        ),
        (FaultKind.POOL_NOT_FOUND, "ResourceNotFoundException", "User pool us-east-1_Simulated1 does not"),
    ],
)
def test_a_refusing_fault_answers_as_cognito_would_and_does_nothing(
    simulator, pool, reset, refusal, kind, code, words
):
    armed = simulator.faults.add(Fault(kind, operation=RESET))
    found_code, message = refusal(reset)
    assert found_code == code
    assert words in message
    assert simulator.user(pool, "ada").status == "CONFIRMED"
    assert armed.struck == 1


def test_any_error_can_be_made_up(simulator, reset, refusal):
    simulator.faults.add(Fault(FaultKind.REFUSE, code="UserLambdaValidationException", message="No!"))
    assert refusal(reset) == ("UserLambdaValidationException", "No!")


def test_a_server_error_can_come_after_the_effect(simulator, pool, reset, refusal):
    simulator.faults.add(Fault(FaultKind.SERVER_ERROR, after_effect=True))
    assert refusal(reset)[0] == "InternalErrorException"
    assert simulator.user(pool, "ada").status == "RESET_REQUIRED"
    assert len(simulator.outbox) == 1


@pytest.mark.parametrize(("after_effect", "messages"), [(False, 0), (True, 1)])
def test_a_dropped_connection_gives_no_answer_before_or_after_the_effect(
    simulator, pool, reset, after_effect, messages
):
    simulator.faults.add(Fault(FaultKind.DROP, operation=RESET, after_effect=after_effect, times=1))
    with pytest.raises(ConnectionClosedError):
        reset()
    assert len(simulator.outbox) == messages
    reset()
    assert len(simulator.outbox) == messages + 1


def test_a_truncated_answer_comes_after_the_effect(simulator, client, pool):
    simulator.faults.add(Fault(FaultKind.TRUNCATE, operation=RESET))
    connection = http.client.HTTPConnection(urlsplit(simulator.endpoint_url).netloc, timeout=5)
    headers = {"X-Amz-Target": f"AWSCognitoIdentityProviderService.{RESET}"}
    connection.request("POST", "/", json.dumps({"UserPoolId": pool, "Username": "ada"}), headers)
    with pytest.raises(http.client.IncompleteRead):
        connection.getresponse().read()
    connection.close()
    assert simulator.counters.effects(RESET, "ada") == 1


@pytest.mark.parametrize("kind", [FaultKind.TRUNCATE, FaultKind.GARBAGE])
def test_botocore_takes_a_spoiled_page_for_an_empty_one(simulator, client, pool, kind):
    simulator.faults.add(Fault(kind, operation="ListUsers", times=1))
    assert client.list_users(UserPoolId=pool).keys() == {"ResponseMetadata"}
    assert len(client.list_users(UserPoolId=pool)["Users"]) == 1


@pytest.mark.parametrize(("after_effect", "meanwhile"), [(False, "CONFIRMED"), (True, "RESET_REQUIRED")])
def test_a_hanging_call_that_the_caller_gave_up_on_still_takes_effect_once_released(
    simulator, connect, pool, after_effect, meanwhile
):
    impatient = connect(simulator, read_timeout=0.3)
    armed = simulator.faults.add(Fault(FaultKind.HANG, after_effect=after_effect))
    with pytest.raises(ReadTimeoutError):
        impatient.admin_reset_user_password(UserPoolId=pool, Username="ada")
    assert simulator.user(pool, "ada").status == meanwhile
    armed.release()
    deadline = time.monotonic() + 5
    while len(simulator.outbox) == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert simulator.user(pool, "ada").status == "RESET_REQUIRED"


def test_a_hang_of_some_seconds_is_followed_by_the_answer(simulator, pool, reset):
    simulator.faults.add(Fault(FaultKind.HANG, seconds=0.2))
    started = time.monotonic()
    reset()
    assert 0.2 <= time.monotonic() - started < 2


def test_stopping_does_not_wait_for_hanging_calls(start, connect):
    simulator = start()
    client = connect(simulator)
    pool = simulator.create_pool([SeedUser("ada")])
    armed = simulator.faults.add(Fault(FaultKind.HANG))
    outcomes = []

    def call():
        try:
            client.admin_get_user(UserPoolId=pool, Username="ada")
        except HTTPClientError as error:
            outcomes.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    assert armed.wait_struck()
    started = time.monotonic()
    simulator.stop()
    assert time.monotonic() - started < 1
    caller.join(5)
    assert len(outcomes) == 1


def test_a_fault_strikes_only_the_operation_and_users_that_it_names(simulator, client, refusal):
    ada, ben = (SeedUser(n, email=f"{n}@example.com", email_verified=True) for n in ("ada", "ben"))
    pool = simulator.create_pool([ada, ben], alias_attributes=["email"])
    simulator.faults.add(Fault(FaultKind.USER_LIMIT, operation=RESET, usernames=frozenset({"ben"})))
    client.admin_reset_user_password(UserPoolId=pool, Username="ada")
    client.admin_get_user(UserPoolId=pool, Username="ben")
    code, _ = refusal(client.admin_reset_user_password, UserPoolId=pool, Username="ben@example.com")
    assert code == "LimitExceededException"


def test_a_fault_strikes_the_nth_to_the_mth_matching_call(simulator, client, pool, refusal):
    simulator.faults.add(Fault(FaultKind.THROTTLE, operation="AdminGetUser", first=2, times=2))
    ask = {"UserPoolId": pool, "Username": "ada"}
    client.admin_get_user(**ask)
    assert [refusal(client.admin_get_user, **ask)[0] for _ in range(2)] == ["TooManyRequestsException"] * 2
    client.admin_get_user(**ask)
    assert simulator.counters.throttled("UserRead") == 2


def test_a_fault_can_strike_by_chance(simulator, client, pool, refusal):
    armed = simulator.faults.add(Fault(FaultKind.DROP, probability=0.5))
    for _ in range(40):
        try:
            client.admin_get_user(UserPoolId=pool, Username="ada")
        except ConnectionClosedError:
            continue
    assert 5 < armed.struck < 35


def test_cleared_faults_strike_no_more(simulator, reset):
    simulator.faults.add(Fault(FaultKind.DROP))
    simulator.faults.clear()
    reset()


def test_a_fault_strikes_another_service_only_where_it_names_the_operation(simulator, connect):
    sts = connect(simulator, "sts")
    simulator.faults.add(Fault(FaultKind.DROP))
    assert sts.get_caller_identity()["Account"] == "123456789012"
    simulator.faults.clear()
    simulator.faults.add(Fault(FaultKind.DROP, operation="GetCallerIdentity"))
    with pytest.raises(ConnectionClosedError):
        sts.get_caller_identity()
