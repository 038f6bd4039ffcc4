"""No command of a user's app tells what it was given or got: with debug logging, and through a crash."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile

import pytest
from command import SECRETS

from bulkreset.simulator import DEMO_POOL_ID, SeedUser
from bulkreset.simulator.pools import find_moto_pool

OLD, NEW, NEWER = "Canary-0ld-Passw0rd", "Canary-New-Passw0rd", "Canary-Newest-Passw0rd"
USERS = [
    SeedUser("ada", email="ada@example.com", email_verified=True, password=OLD),
    SeedUser("new", status="FORCE_CHANGE_PASSWORD", password=OLD),
]
CLIENT = {"ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"], "GenerateSecret": True}
TOKEN = re.compile(rb"eyJ[\w-]+\.[\w-]+\.[\w-]+")

NOISY = """
import logging, boto3
for name in ("", "boto3", "botocore", "botocore.endpoint", "urllib3"):
    boto3.set_stream_logger(name, logging.DEBUG)
"""
BROKEN = """
from bulkreset.cognito.app_user import AppUser
def call(self, operation, request):
    raise RuntimeError(f"a bug on the way of {operation} {request}")
AppUser._call = call
"""


@pytest.fixture
def user(scene, tmp_path):
    """Runs a command for one user, after some code that runs before the command's own."""
    simulator, _, command = scene(USERS, pool={"clients": [CLIENT]})
    (client_id,) = find_moto_pool(DEMO_POOL_ID).clients

    def run(first, verb, name, *options, **secrets):
        (tmp_path / "sitecustomize.py").write_text(first)
        command.environ["PYTHONPATH"] = os.pathsep.join([str(tmp_path), *sys.path])
        with tempfile.TemporaryFile("w+") as given:
            json.dump(secrets, given)
            given.seek(0)
            where = ("--environment", "environment.yaml", "--client-id", client_id, "--secrets-stdin")
            return command("user", verb, name, *where, *options, stdin=given)

    run.simulator, run.command = simulator, command
    return run


def assert_tells_nothing(user, *more):
    written = user.command.everything_said().encode()
    (client_secret,) = user.simulator.client_secrets(DEMO_POOL_ID)
    for secret in (OLD, NEW, NEWER, client_secret, *more, *SECRETS.values()):
        assert secret.encode() not in written
    assert TOKEN.search(written) is None


def test_debug_logs_of_the_libraries_tell_no_secret_of_a_user(user):
    assert user(NOISY, "sign-in", "ada", "--json", password=OLD).code == 0
    assert user(NOISY, "sign-in", "ada", password=NEW).code == 3
    assert user(NOISY, "forgot-password", "ada").code == 0
    code = user.simulator.outbox.to("ada")[-1].code
    assert user(NOISY, "confirm-reset", "ada", code=code, new_password=NEW).code == 0
    assert user(NOISY, "change-password", "ada", password=NEW, new_password=NEWER).code == 0
    challenge = user(NOISY, "sign-in", "new", "--json", password=OLD, new_password=NEW)
    assert challenge.status["new_password_set"]
    assert_tells_nothing(user, code)


def test_a_crash_tells_no_secret_of_a_user(user):
    crashed = user(BROKEN, "change-password", "ada", password=OLD, new_password=NEW, access_token="Canary")
    assert crashed.code == 70
    assert "'AccessToken': Secret(…)" in crashed.err
    assert_tells_nothing(user, "Canary")
