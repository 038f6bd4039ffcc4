"""rehearse as a command: what it prints and keeps, and an environment that wants it before apply."""

from __future__ import annotations

import json

import pytest
from command import until, verified_users
from terminal import Terminal

from bulkreset.simulator import DEMO_POOL_ID, SeedUser

CANARY = SeedUser("canary", email="canary@example.com", email_verified=True)
CLIENT = {
    "ClientName": "app",
    "GenerateSecret": True,
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
}


@pytest.fixture
def theatre(scene):
    """A pool with an app client, and the line that rehearses its job."""
    users = verified_users(2)
    simulator, desk, command = scene(
        [*users, CANARY], pool={"clients": [CLIENT]}, environment={"rehearsal": {"required": True}}
    )
    desk.job([user.username for user in users])
    (client_id,) = simulator.client_ids(DEMO_POOL_ID)
    line = ["rehearse", "job.yaml", "--client-id", client_id, "--user", "canary", "--code-from-simulator"]
    return simulator, command, line


def test_a_plan_waits_for_its_rehearsal_and_one_that_failed_does_not_do(theatre, tmp_path):
    simulator, command, line = theatre
    digest = command.plan("a.run")
    apply = ["apply", "a.run", "--confirm", digest, "--json"]
    early = command(*apply)
    assert early.code == 3
    assert "wants 'reset' rehearsed" in early.err
    assert "bulkreset rehearse JOB" in early.err
    for otherwise in (["resume", "a.run"], ["run", "job.yaml", "--out", "b.run", "--yes"]):
        unrehearsed = command(*otherwise)
        assert (unrehearsed.code, "wants 'reset' rehearsed" in unrehearsed.err) == (3, True)
    assert simulator.counters.calls("AdminResetUserPassword") == 0

    weak = tmp_path / "weak.json"
    weak.write_text(json.dumps({"new_password": "weak"}))
    with weak.open() as given:
        failed = command(*line, "--yes", "--secrets-stdin", stdin=given)
    assert failed.code == 3
    assert "InvalidPasswordException" in failed.out
    late = command(*apply)
    assert (late.code, "failed at: giving the code and a new password" in late.err) == (3, True)

    passed = command(*line, "--yes", "--json")
    assert passed.code == 0, passed.err
    told = json.loads(passed.out)
    assert told["passed"]
    assert [walk["walk"] for walk in told["walks"]] == ["reset"]
    steps = told["walks"][0]["steps"]
    assert all(step["passed"] for step in steps)
    assert any("PasswordResetRequiredException" in step["app_must"] for step in steps)
    applied = command(*apply)
    assert applied.code == 0, applied.err
    assert applied.status["outcomes"]["done"] == 2
    (taken_up,) = [one for one in command.report("a.run")["events"] if one["event"] == "taken-up"]
    (rehearsed,) = taken_up["rehearsed"]
    assert (rehearsed["walk"], rehearsed["passed"], rehearsed["goal"]) == ("reset", True, "force-reset")

    written = command.everything_said() + "".join(
        path.read_text(errors="replace") for path in command._outputs.rglob("*") if path.is_file()
    )
    for secret in [*simulator.client_secrets(DEMO_POOL_ID), *(one.code for one in simulator.outbox.messages)]:
        assert secret not in written


def test_nobody_is_changed_without_a_yes(theatre):
    simulator, command, line = theatre
    unasked = command(*line)
    assert (unasked.code, "add --yes" in unasked.err) == (3, True)
    assert "walk   reset" in unasked.out
    codeless = command(*line[:-1], "--yes")
    assert (codeless.code, "no terminal to ask for the code" in codeless.err) == (2, True)
    assert simulator.counters.calls("AdminSetUserPassword") == 0


@pytest.fixture
def terminal():
    terminal = Terminal()
    yield terminal
    terminal.close()


def test_somebody_at_a_terminal_agrees_and_types_the_code_unseen(theatre, terminal):
    simulator, command, line = theatre
    command.environ |= {"TERM": "xterm-256color", "COLUMNS": "200"}
    running = command.start(*line[:-1], **dict.fromkeys(("stdin", "stdout", "stderr"), terminal.there))
    terminal.wait_for("Change canary?")
    assert "billed as active" in terminal.screen
    assert simulator.counters.calls("AdminSetUserPassword") == 0
    terminal.type("y\n")
    terminal.wait_for("Code (leave it empty if no message came)")
    (message,) = simulator.outbox.messages
    terminal.type(f"{message.code}\n")
    terminal.wait_for("passed: reset")
    until(lambda: running.is_over, "the end of the rehearsal")
    assert running.wait().code == 0
    assert message.code not in terminal.screen
    assert simulator.counters.calls("ForgotPassword") == 0
