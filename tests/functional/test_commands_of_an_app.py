"""The commands that play a user's app, against a simulated pool: what they do, say, show and exit with."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass

import click
import pytest

from bulkreset.cli import given_secrets, main
from bulkreset.clock import SystemClock, VirtualClock
from bulkreset.cognito.client import CognitoClient
from bulkreset.settings.loading import load_environment
from bulkreset.simulator import DEMO_POOL_ID, NO_QUOTAS, Fault, FaultKind, SeedUser, Simulator
from bulkreset.simulator.pools import find_moto_pool

OLD, NEW, NEWER = "Older-Passw0rd", "Newer-Passw0rd", "Newest-Passw0rd"
USERS = [
    SeedUser("ada", email="ada@example.com", email_verified=True, password=OLD),
    SeedUser("new", status="FORCE_CHANGE_PASSWORD", email="new@example.com", password=OLD),
    SeedUser("reset", status="RESET_REQUIRED", email="reset@example.com", email_verified=True),
    SeedUser("bob", email="bob@example.com", email_verified=True, password=NEW),
]
EVERYTHING = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def told(self):
        return json.loads(self.out)


class Stage:
    """A pool with one app client, and the commands in this process."""

    def __init__(self, simulator, folder, monkeypatch, capfd, *, config=None, **client):
        clients = [{"ClientName": "app", "ExplicitAuthFlows": EVERYTHING} | client]
        simulator.create_pool(USERS, clients=clients, config=config)
        self.simulator = simulator
        self.environment = folder / "environment.yaml"
        self.environment.write_text(
            f"pool_id: {DEMO_POOL_ID}\nendpoint_url: {simulator.endpoint_url}\n"
            "timeouts: {connect_seconds: 1, read_seconds: 1}\n"
        )
        (self.client_id,) = find_moto_pool(DEMO_POOL_ID).clients
        self._monkeypatch, self._capfd = monkeypatch, capfd

    def __call__(self, command, user, *options, **secrets):
        """Runs `bulkreset user …` with these secrets on standard input."""
        given = ("--environment", str(self.environment), "--client-id", self.client_id, "--secrets-stdin")
        self._monkeypatch.setattr(sys, "argv", ["bulkreset", "user", command, user, *given, *options])
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(secrets)))
        code = main._exit_code()
        out, err = self._capfd.readouterr()
        for name, secret in secrets.items():
            assert secret not in out + err, f"{name} was printed"
        return Ended(code, out, err)

    def user(self, name):
        return self.simulator.user(DEMO_POOL_ID, name)

    def code_of(self, name):
        return self.simulator.outbox.to(name)[-1].code


@pytest.fixture
def clock():
    """The simulator's own: months pass at once."""
    return VirtualClock()


@pytest.fixture
def stage(tmp_path, monkeypatch, capfd, clock):
    monkeypatch.setattr(given_secrets, "leave_no_core", lambda: None)  # it is for good, of this process too
    with Simulator(quotas=NO_QUOTAS, clock=clock) as simulator:
        yield lambda **client: Stage(simulator, tmp_path, monkeypatch, capfd, **client)


@pytest.mark.parametrize("has_secret", [True, False], ids=["secret", "no secret"])
def test_a_user_recovers_signs_in_and_changes_the_password(stage, has_secret):
    run = stage(GenerateSecret=has_secret)
    asked = run("forgot-password", "ada", "--json").told
    assert (asked["result"], asked["destination"], asked["medium"]) == ("code-sent", "a***@e***", "EMAIL")
    assert run("confirm-reset", "ada", code=run.code_of("ada"), new_password=NEW).code == 0
    assert run("sign-in", "ada", password=NEW).out.startswith("Signed in.")
    assert run("change-password", "ada", password=NEW, new_password=NEWER).code == 0
    assert run.user("ada").password == NEWER


def test_a_code_is_confirmed_with_the_password_under_either_name(stage):
    run = stage()
    run("forgot-password", "ada")
    assert run("confirm-reset", "ada", code=run.code_of("ada"), password=NEW).code == 0
    assert run.user("ada").password == NEW


def test_tokens_are_printed_on_request_only_and_then_on_stdout_only(stage):
    run = stage()
    silent = run("sign-in", "ada", "--json", password=OLD)
    assert silent.told.keys() == {
        *("user", "client_id", "result", "new_password_set", "username", "seconds"),
    }
    shown = run("sign-in", "ada", "--show-tokens", password=OLD)
    tokens = {name: shown.told[name] for name in ("access_token", "id_token", "refresh_token")}
    assert all(tokens.values())
    assert "Signed in." in shown.err
    assert not [token for token in tokens.values() if token in shown.err]


def test_an_access_token_changes_the_password_of_its_own_user_only(stage):
    run = stage()
    token = run("sign-in", "ada", "--show-tokens", password=OLD).told["access_token"]
    refused = run("change-password", "bob", access_token=token, password=OLD, new_password=NEWER)
    assert (refused.code, run.user("ada").password, run.user("bob").password) == (2, OLD, NEW)
    assert "belongs to another user" in refused.err
    email = "ADA@example.com"
    assert run("change-password", email, access_token=token, password=OLD, new_password=NEWER).code == 0
    assert run.user("ada").password == NEWER


def test_a_challenge_is_told_with_the_life_of_its_session_and_the_way_to_answer(stage):
    run = stage(AuthSessionValidity=5)
    told = run("sign-in", "new", password=OLD)
    assert told.code == 0
    assert "NEW_PASSWORD_REQUIRED" in told.out
    assert "waits for the answer 5 minutes" in told.out
    assert f"--client-id {run.client_id} --new-password" in told.out
    challenge = run("sign-in", "new", "--json", password=OLD).told
    assert (challenge["result"], challenge["session_seconds"]) == ("challenge", 300)
    assert "session" not in challenge
    assert run("sign-in", "new", "--show-tokens", password=OLD).told["session"]
    assert run.user("new").status == "FORCE_CHANGE_PASSWORD"


def test_a_new_password_answers_the_challenge(stage):
    run = stage(GenerateSecret=True)
    told = run("sign-in", "new", "--json", password=OLD, new_password=NEW).told
    assert (told["result"], told["new_password_set"]) == ("signed-in", True)
    assert (run.user("new").status, run.user("new").password) == ("CONFIRMED", NEW)


def test_a_new_password_that_nobody_asks_for_is_not_set(stage):
    run = stage()
    told = run("sign-in", "ada", "--json", password=OLD, new_password=NEW).told
    assert (told["result"], told["new_password_set"]) == ("signed-in", False)
    assert run.user("ada").password == OLD


def test_a_temporary_password_is_not_changed_but_replaced(stage):
    run = stage()
    refused = run("change-password", "new", password=OLD, new_password=NEW)
    assert (refused.code, run.user("new").password) == (3, OLD)
    assert "sign-in --new-password" in refused.err


@pytest.mark.parametrize(
    ("command", "user", "secrets", "reason", "advice"),
    [
        ("sign-in", "ada", {"password": NEW}, "wrong-password", "bulkreset user show"),
        ("sign-in", "reset", {"password": OLD}, "password-reset-required", "confirm-reset"),
        ("sign-in", "nobody", {"password": OLD}, "no-such-user", "bulkreset user show"),
        ("sign-in", "new", {"password": OLD, "new_password": "feeble7"}, "weak-password", "at least 8 char"),
        ("forgot-password", "new", {}, "wrong-state", "bulkreset user resend"),
        ("confirm-reset", "ada", {"code": "974x531", "new_password": NEW}, "expired-code", "forgot-password"),
        (
            "confirm-reset",
            "reset",
            {"code": "974x531", "new_password": NEW},
            "expired-code",
            "forgot-password",
        ),
    ],
)
def test_a_refusal_says_what_it_means_and_what_to_do(stage, command, user, secrets, reason, advice):
    refused = stage()(command, user, "--json", **secrets)
    assert (refused.code, refused.told["result"], refused.told["reason"]) == (3, "refused", reason)
    assert advice in refused.told["advice"]
    assert refused.told["meaning"] in refused.err
    assert advice in refused.err


def test_a_wrong_client_secret_and_a_wrong_client_are_told_apart(stage):
    run = stage(GenerateSecret=True)
    refused = run("sign-in", "ada", "--json", password=OLD, client_secret="x" * 30)
    assert (refused.code, refused.told["reason"]) == (3, "client-secret-wrong")
    run.client_id = "none0such"
    refused = run("sign-in", "ada", password=OLD)
    assert (refused.code, refused.out) == (3, "")
    assert f"pool {DEMO_POOL_ID} has no app client none0such" in refused.err


def test_whoever_may_not_look_at_app_clients_gives_the_secret(stage):
    run = stage(GenerateSecret=True)
    run.simulator.faults.add(Fault(FaultKind.ACCESS_DENIED, "DescribeUserPoolClient"))
    refused = run("forgot-password", "ada", "--json")
    assert (refused.code, refused.told["reason"]) == (3, "client-secret-missing")
    assert "cognito-idp:DescribeUserPoolClient" in refused.err
    (secret,) = run.simulator.client_secrets(DEMO_POOL_ID)
    assert run("forgot-password", "ada", client_secret=secret).code == 0
    assert "3 minutes unless it is set" in run("sign-in", "new", password=OLD, client_secret=secret).out


LOST = [
    ("ForgotPassword", "forgot-password", "ada", {}),
    ("ConfirmForgotPassword", "confirm-reset", "ada", {"code": "974x531", "new_password": NEW}),
    ("RespondToAuthChallenge", "sign-in", "new", {"password": OLD, "new_password": NEW}),
    ("ChangePassword", "change-password", "ada", {"password": OLD, "new_password": NEW}),
]


@pytest.mark.parametrize(("operation", "command", "user", "secrets"), LOST)
def test_a_lost_answer_is_unknown_and_never_sent_again(stage, operation, command, user, secrets):
    run = stage()
    run.simulator.faults.add(Fault(FaultKind.DROP, operation))
    lost = run(command, user, "--json", **secrets)
    assert (lost.code, lost.told["result"], lost.told["operation"]) == (4, "unknown", operation)
    assert "unknown" in lost.err
    assert run.simulator.counters.calls(operation) == 1


def test_where_nobody_listens_nothing_was_done(stage):
    run = stage()
    run.simulator.stop()
    stopped = run("forgot-password", "ada", "--json")
    assert (stopped.code, stopped.told["result"]) == (4, "not-sent")


@pytest.mark.parametrize(
    ("options", "secrets", "told"),
    [
        ((), {}, "no `password`"),
        (("--new-password",), {"password": OLD}, "no `new_password`"),
        (("--attribute", "name=Ada"), {"password": OLD}, "add --new-password"),
        (("--new-password", "--attribute", "name"), {"password": OLD}, "NAME=VALUE"),
    ],
)
def test_what_is_missing_is_said_before_any_call(stage, options, secrets, told):
    run = stage()
    refused = run("sign-in", "ada", *options, **secrets)
    assert refused.code == 2
    assert told in refused.err
    assert run.simulator.counters.calls("InitiateAuth") == 0


def test_a_client_without_the_flow_says_which_to_allow(stage):
    refused = stage(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])("sign-in", "ada", "--json", password=OLD)
    assert (refused.code, refused.told["reason"]) == (3, "flow-not-enabled")
    assert "ALLOW_USER_PASSWORD_AUTH" in refused.told["advice"]


def test_attributes_that_the_pool_requires_go_with_the_new_password(stage):
    name = {"Name": "name", "AttributeDataType": "String", "Required": True, "Mutable": True}
    run = stage(config={"Schema": [name]})
    assert run("sign-in", "new", "--json", password=OLD).told["required_attributes"] == ["name"]
    assert "--new-password --attribute name=VALUE" in run("sign-in", "new", password=OLD).out
    refused = run("sign-in", "new", password=OLD, new_password=NEW)
    assert (refused.code, run.user("new").status) == (2, "FORCE_CHANGE_PASSWORD")
    assert "--attribute name=VALUE" in refused.err
    done = run("sign-in", "new", "--attribute", "name=Ada Lovelace", password=OLD, new_password=NEW)
    assert (done.code, run.user("new").attributes["name"]) == (0, "Ada Lovelace")


def test_a_temporary_password_that_is_too_old_names_who_gives_a_new_one(stage, clock):
    run = stage()
    environment = load_environment(run.environment)
    given = {"UserPoolId": DEMO_POOL_ID, "Username": "new", "Password": OLD}
    CognitoClient(environment, SystemClock()).call("AdminSetUserPassword", given)
    clock.sleep(8 * 86_400)
    refused = run("sign-in", "new", "--json", password=OLD)
    assert refused.told["reason"] == "temporary-password-expired"
    assert "set-password" in refused.told["advice"]


def test_a_password_of_before_is_refused_as_such(stage):
    run = stage(config={"Policies": {"PasswordPolicy": {"PasswordHistorySize": 3}}})
    refused = run("change-password", "ada", "--json", password=OLD, new_password=NEW)
    assert refused.code == 0
    refused = run("change-password", "ada", "--json", password=NEW, new_password=OLD)
    assert (refused.code, refused.told["reason"]) == (3, "used-before")


def test_a_dead_token_is_told_as_such(stage):
    run = stage()
    token = "e30.e30.e30"
    refused = run("change-password", "ada", "--json", access_token=token, password=OLD, new_password=NEW)
    assert (refused.code, refused.told["reason"]) == (3, "access-token-dead")


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def at_a_terminal(monkeypatch):
    """Runs a command for a person who answers as told; returns what was asked."""

    def run(stage, command, user, *options, answer):
        asked = []

        def prompt(question, *, hide_input, confirmation_prompt, err):
            assert hide_input
            assert err
            asked.append((question, confirmation_prompt))
            return answer(question)

        given = ("--environment", str(stage.environment), "--client-id", stage.client_id)
        monkeypatch.setattr(click, "prompt", prompt)
        monkeypatch.setattr(sys, "argv", ["bulkreset", "user", command, user, *given, *options])
        monkeypatch.setattr(sys, "stdin", Terminal())
        return main._exit_code(), asked

    return run


ANSWERS = {"Password": OLD, "New password": NEW}


def test_a_person_is_asked_for_the_new_password_only_when_cognito_asks(stage, at_a_terminal):
    run = stage()
    for user, questions in (
        ("ada", [("Password", False)]),
        ("new", [("Password", False), ("New password", True)]),
    ):
        ended = at_a_terminal(run, "sign-in", user, "--new-password", answer=ANSWERS.get)
        assert ended == (0, questions)
    assert run.user("new").password == NEW


def test_whoever_thinks_longer_than_the_session_lives_signs_in_again(stage, at_a_terminal, clock, capfd):
    run = stage()

    def slowly(question):
        clock.sleep(100)
        return ANSWERS[question]

    assert at_a_terminal(run, "sign-in", "new", "--new-password", answer=slowly)[0] == 0
    run.simulator.set_user(DEMO_POOL_ID, "new", status="FORCE_CHANGE_PASSWORD", password=OLD)

    def too_slowly(question):
        clock.sleep(181)
        return ANSWERS[question]

    assert at_a_terminal(run, "sign-in", "new", "--new-password", answer=too_slowly)[0] == 3
    assert "the session of the challenge is over" in capfd.readouterr().err
    assert run.user("new").password == OLD
