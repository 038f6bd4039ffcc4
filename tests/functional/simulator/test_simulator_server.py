"""The simulator as a server: in a process, as a command, and what it refuses to be."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

import pytest

from bulkreset.errors import InputError
from bulkreset.simulator import Fault, FaultKind, SeedUser, Simulator, demo_users


def _ask(endpoint_url, method, path, body=None):
    connection = http.client.HTTPConnection(urlsplit(endpoint_url).netloc, timeout=10)
    try:
        connection.request(method, f"/_simulator/{path}", json.dumps(body))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


@pytest.fixture
def command():
    """Starts the command; its process and first line."""
    started = []

    def start(*options):
        process = subprocess.Popen(
            [sys.executable, "-m", "bulkreset.simulator", "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process, json.loads(process.stdout.readline())

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_where_it_is_and_ends_at_a_signal(command, signal_number):
    process, ready = command("--users", "50", "--latency", "0")
    assert ready["pool_id"] == "us-east-1_Simulated1"
    assert ready["users"] == 50
    assert ready["endpoint_url"].startswith("http://127.0.0.1:")
    assert _ask(ready["endpoint_url"], "GET", "state")[0] == 200
    process.send_signal(signal_number)
    assert process.wait(5) == 0


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "::", "example.com"])  # noqa: S104 - to be refused
def test_only_loopback_is_listened_on(host):
    with pytest.raises(InputError, match=r"127\.0\.0\.1 only"):
        Simulator(host=host)


def test_another_process_can_steer_it(simulator, client, pool, reset, refusal):
    rules = [{"kind": "throttle", "operation": "AdminGetUser", "times": 1}]
    assert _ask(simulator.endpoint_url, "POST", "faults", rules) == (200, {"added": 1})
    assert refusal(client.admin_get_user, UserPoolId=pool, Username="ada")[0] == "TooManyRequestsException"
    reset()
    _, state = _ask(simulator.endpoint_url, "GET", "state")
    assert state["counters"]["calls"] == {"AdminGetUser": 1, "AdminResetUserPassword": 1}
    assert state["counters"]["effects"]["AdminResetUserPassword"] == {"ada": 1}
    assert [message["username"] for message in state["outbox"]] == ["ada"]
    assert state["faults"] == [{"kind": "throttle", "operation": "AdminGetUser", "struck": 1}]
    changed = {"pool_id": pool, "username": "ada", "enabled": False}
    assert _ask(simulator.endpoint_url, "POST", "users", changed)[0] == 200
    assert not simulator.user(pool, "ada").enabled
    assert _ask(simulator.endpoint_url, "DELETE", "faults") == (200, {})
    assert _ask(simulator.endpoint_url, "POST", "quotas", {"UserRead": 7})[1] == {"UserRead": 7}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "faults", {"kind": "earthquake"}, 400),
        ("POST", "faults", {"kind": "drop", "colour": "red"}, 400),
        ("POST", "faults", "drop", 400),
        ("POST", "users", {"pool_id": "us-east-1_Simulated1"}, 400),
        ("GET", "nothing", None, 404),
    ],
)
def test_wrong_steering_is_answered_with_an_error(simulator, pool, method, path, body, status):
    found, answer = _ask(simulator.endpoint_url, method, path, body)
    assert found == status
    assert answer["error"]


def test_one_connection_serves_many_calls_with_an_id_and_a_date_each(simulator, client, pool):
    answers = [client.admin_get_user(UserPoolId=pool, Username="ada") for _ in range(5)]
    answers.append(client.describe_user_pool(UserPoolId=pool))
    headers = [answer["ResponseMetadata"]["HTTPHeaders"] for answer in answers]
    assert len({one["x-amzn-requestid"] for one in headers}) == 6
    assert all(one["date"].endswith("GMT") for one in headers)
    assert len(simulator._server._open) == 1


def test_starting_and_stopping_take_no_time():
    began = time.monotonic()
    with Simulator() as simulator:
        simulator.create_pool(demo_users(100))
    assert time.monotonic() - began < 1


def test_a_stopped_simulator_leaves_no_pool_behind(start):
    with Simulator() as first:
        first.create_pool([SeedUser("ada")])
    second = start()
    second.create_pool([SeedUser("ben")])
    assert second.usernames("us-east-1_Simulated1") == ["ben"]


def test_two_simulators_need_pool_ids_of_their_own(simulator, pool, start):
    other = start()
    with pytest.raises(InputError, match="already has a pool"):
        other.create_pool([])
    other.create_pool([SeedUser("zoe")], pool_id="us-east-1_Other")
    assert simulator.usernames(pool) == ["ada"]


def test_other_services_and_unknown_operations_are_left_to_moto(simulator, connect, refusal):
    identity = connect(simulator, "sts").get_caller_identity()
    assert identity["Account"] == "123456789012"
    refused = refusal(connect(simulator).list_user_import_jobs, UserPoolId="us-east-1_Any", MaxResults=1)
    assert refused[0] == "UnknownOperationException"


def test_a_pool_belongs_to_its_region(start, connect, refusal):
    simulator = start()
    simulator.create_pool([SeedUser("ada")], pool_id="eu-west-1_Far")
    refused = refusal(connect(simulator).admin_get_user, UserPoolId="eu-west-1_Far", Username="ada")
    assert refused[0] == "ResourceNotFoundException"


def test_a_user_can_be_changed_behind_everybodys_back(simulator, client, pool):
    before = simulator.set_user(pool, "ada", modified_at=1_600_000_000.5)
    simulator.set_user(pool, "ada", status="FORCE_CHANGE_PASSWORD", email="new@example.org")
    after = simulator.user(pool, "ada")
    assert (after.status, after.email, after.email_verified) == (
        "FORCE_CHANGE_PASSWORD",
        "new@example.org",
        True,
    )
    assert (after.sub, after.created_at) == (before.sub, before.created_at)
    assert after.modified_at > before.modified_at
    assert client.list_users(UserPoolId=pool)["Users"][0]["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    simulator.delete_user(pool, "ada")
    assert client.list_users(UserPoolId=pool)["Users"] == []


def test_demo_users_are_a_believable_mix_of_nobody():
    users = list(demo_users(5000, seed=7))
    assert users == list(demo_users(5000, seed=7))
    assert len({user.username for user in users}) == 5000
    plain = [
        user
        for user in users
        if user.status == "CONFIRMED" and user.enabled and user.email_verified and not user.phone_number
    ]
    assert 0.65 < len(plain) / len(users) < 0.75
    statuses = Counter(user.status for user in users)
    assert set(statuses) == {
        "CONFIRMED",
        "RESET_REQUIRED",
        "FORCE_CHANGE_PASSWORD",
        "UNCONFIRMED",
        "EXTERNAL_PROVIDER",
    }
    assert any(not user.enabled for user in users)
    assert any(user.preferred_mfa for user in users)
    emails = Counter(user.email for user in users if user.email)
    assert max(emails.values()) > 1
    assert {email.partition("@")[2] for email in emails} == {"example.com", "example.org"}
    assert all(user.phone_number.startswith("+1555") for user in users if user.phone_number)


def test_without_moto_the_message_says_what_to_install():
    program = (
        "import sys; sys.modules['moto'] = None\n"
        "from bulkreset.errors import InputError\n"
        "try:\n    import bulkreset.simulator\n"
        "except InputError as error:\n    print(error)\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "pip install 'bulkreset[simulator]'" in answer.stdout


def test_hanging_calls_do_not_keep_the_command_from_ending(command, connect):
    process, ready = command("--users", "1", "--latency", "0")
    _ask(ready["endpoint_url"], "POST", "faults", {"kind": "hang"})
    connection = http.client.HTTPConnection(urlsplit(ready["endpoint_url"]).netloc, timeout=10)
    headers = {"X-Amz-Target": "AWSCognitoIdentityProviderService.AdminGetUser"}
    connection.request("POST", "/", "{}", headers)
    process.terminate()
    assert process.wait(5) == 0
    connection.close()


def test_fault_values_can_be_compared_and_kept():
    assert Fault(FaultKind.DROP, operation="ListUsers") == Fault(FaultKind.DROP, operation="ListUsers")
    assert len({Fault(FaultKind.DROP), Fault(FaultKind.DROP)}) == 1
