"""Passwords handed out by AWS Secrets Manager: stored first, and found whatever happens on the way."""

from __future__ import annotations

import csv
import json

import boto3
import pytest
from command import verified_users

from bulkreset.flow.handout import open_handout
from bulkreset.simulator import DEMO_POOL_ID

PREFIX = "bulkreset/inc-4711"
USERS = 200


@pytest.fixture
def handing_out(rehearse):
    """Plans temporary passwords that go to Secrets Manager; the run, and the secrets as AWS has them."""

    def made(users=USERS, **settings):
        people = verified_users(users)
        rehearsal = rehearse(people)
        run = rehearsal.plan(
            [user.username for user in people],
            goal="temporary-password",
            policy={"sign_out": "none"},
            handout={"secrets_manager": {"prefix": PREFIX} | settings},
        )
        secrets = boto3.client(
            "secretsmanager",
            endpoint_url=rehearsal.simulator.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id="emulated",
            aws_secret_access_key="emulated",
        )
        return rehearsal, run, secrets

    return made


def opened(run):
    out = run.with_suffix(".csv")
    open_handout(run, None, out)
    found = {}
    with out.open(newline="", encoding="utf-8") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["username"], []).append(line["password"])
    out.unlink()
    return found


def in_force(rehearsal):
    """The passwords of those who got one."""
    simulator = rehearsal.simulator
    states = [simulator.user(DEMO_POOL_ID, f"user-{number:04d}") for number in range(USERS)]
    return {one.username: [one.password] for one in states if one.status == "FORCE_CHANGE_PASSWORD"}


def test_a_batch_is_one_secret_and_opens_without_a_key(handing_out):
    rehearsal, run, secrets = handing_out(tags={"team": "desk"})
    assert rehearsal.apply(run)["outcomes"]["done"] == USERS
    found = opened(run)
    assert len(found) == USERS
    assert found == in_force(rehearsal)
    (secret,) = secrets.list_secrets()["SecretList"]
    assert secret["Name"].startswith(f"{PREFIX}/")
    assert secret["Tags"] == [{"Key": "team", "Value": "desk"}]
    content = json.loads(secrets.get_secret_value(SecretId=secret["Name"])["SecretString"])
    assert {one["username"]: [one["password"]] for one in content} == found
    written = b"".join(path.read_bytes() for path in run.parent.iterdir() if path.is_file())
    assert not any(password.encode() in written for (password,) in found.values())
