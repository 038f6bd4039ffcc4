"""No secret in anything that is written, and no name of a user in logs unless it is asked for."""

from __future__ import annotations

import json
import re

import pytest
from command import SECRETS, verified_users

from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind, SeedUser

RESET = "AdminResetUserPassword"
FULL_NAME = re.compile(r"user-\d{4}|example\.com|\+1555\d+")


@pytest.fixture
def eventful(scene):
    """A run in which something happens to every user but the last: drift, refusal, throttling, loss."""
    users = [
        *verified_users(5),
        SeedUser("user-0005", phone_number="+15550000005", phone_number_verified=True),
    ]
    simulator, desk, command = scene(users)
    digest = command.plan("a.run")
    simulator.set_user(DEMO_POOL_ID, "user-0000", enabled=False)

    def strike(kind, name, **more):
        simulator.faults.add(Fault(kind, operation=RESET, usernames=frozenset({name}), **more))

    strike(
        FaultKind.REFUSE,
        "user-0001",
        code="UserLambdaValidationException",
        message="user-0001 (user-0001@example.com) may not be reset",
    )
    strike(FaultKind.THROTTLE, "user-0002", times=1)
    strike(FaultKind.DROP, "user-0003", times=1, after_effect=True)
    strike(FaultKind.USER_LIMIT, "user-0004")

    def apply(*more):
        return command("apply", "a.run", "--confirm", digest, "--json", *more)

    return desk, command, apply


def events(err):
    return [json.loads(line) for line in err.splitlines()]


def test_json_logs_are_one_object_a_line_with_masked_names(eventful):
    _, _, apply = eventful
    applied = apply("--log-format", "json")
    assert applied.code == 1
    logged = events(applied.err)
    assert all({"event", "level", "timestamp"} <= entry.keys() for entry in logged)
    assert logged[0]["event"] == "started"
    assert logged[0]["rows_to_do"] == 6
    rows = {entry["row"]: entry for entry in logged if entry["event"] == "row"}
    assert {row: entry["outcome"] for row, entry in rows.items()} == {1: "drifted", 2: "failed", 5: "failed"}
    assert rows[2]["code"] == "UserLambdaValidationException"
    assert rows[2]["identifier"] == "us…01"
    assert any(entry["event"] == "slowed down" for entry in logged)
    assert not FULL_NAME.search(applied.err)


def test_text_logs_mask_names_too(eventful):
    _, _, apply = eventful
    applied = apply()
    assert "row=2" in applied.err
    assert not FULL_NAME.search(applied.err)


def test_names_and_messages_are_logged_in_full_on_request(eventful):
    _, _, apply = eventful
    logged = events(apply("--log-format", "json", "--log-identifiers").err)
    rows = {entry["row"]: entry for entry in logged if entry["event"] == "row"}
    assert rows[2]["identifier"] == "user-0001"
    assert "user-0001@example.com" in rows[2]["message"]


def test_no_secret_is_in_any_output_or_file(eventful, scene, tmp_path):
    desk, command, apply = eventful
    assert apply("--log-format", "json", "--log-identifiers").code == 1
    assert command("resume", "a.run").code == 1
    assert command("show", "a.run").code == 0
    for name in ("csv", "json"):
        assert command("report", "a.run", "--format", name, "--out", f"report.{name}").code == 0
    assert command("users", "--environment", "environment.yaml", "--snapshot", "pool.parquet").code == 0
    written = command.everything_said().encode() + b"".join(
        path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()
    )
    assert b"user-0001" in written
    for name, secret in SECRETS.items():
        assert secret.encode() not in written, name


def test_a_refused_or_broken_command_tells_no_secret(scene):
    simulator, _, command = scene(verified_users(1))
    digest = command.plan("a.run")
    for kind in (FaultKind.EXPIRED_TOKEN, FaultKind.ACCESS_DENIED):
        simulator.faults.add(Fault(kind))
        assert command("plan", "job.yaml", "--out", "b.run").code == 3
        assert command("apply", "a.run", "--confirm", digest).code == 3
        simulator.faults.clear()
    said = command.everything_said()
    assert not any(secret in said for secret in SECRETS.values())


def test_files_with_personal_data_are_readable_by_their_owner_alone(eventful):
    desk, command, apply = eventful
    assert apply().code == 1
    assert command("report", "a.run", "--out", "report.csv").code == 0
    assert command("users", "--environment", "environment.yaml", "--snapshot", "pool.parquet").code == 0
    assert command("status", "a.run").code == 0
    made = [path for path in desk.folder.iterdir() if path.suffix != ".yaml" and path.stem != "users"]
    assert {path.name for path in made} >= {"a.run", "report.csv", "pool.parquet"}
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in made} == {
        path.name: "0o600" for path in made
    }
