"""The AWS CLI and bulkreset leave users in the same state, command by command.

Two pools begin alike; each step is taken in one by the AWS CLI, in the other by bulkreset. The table of all
of them is printed: `pytest -s tests/acceptance/test_aws_cli_parity.py`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from command import Command, Desk

from bulkreset.clock import SystemClock
from bulkreset.cognito.answers import Meaning
from bulkreset.cognito.app_answers import Failure, NewPasswordRequired, Tokens
from bulkreset.cognito.app_user import AppUser
from bulkreset.cognito.client import CognitoClient
from bulkreset.secrets.secret import Secret
from bulkreset.settings.environment import Environment
from bulkreset.simulator import SeedUser, Simulator
from bulkreset.simulator.pools import find_moto_pool

OF_AWS, OF_US = "us-east-1_OfAwsCli", "us-east-1_OfBulkreset"
OLD, NEW, NEWER = "Older-Passw0rd", "Newer-Passw0rd", "Newest-Passw0rd"
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
CLIENTS = [
    {"ClientName": "plain", "ExplicitAuthFlows": FLOWS},
    {"ClientName": "secret", "ExplicitAuthFlows": FLOWS, "GenerateSecret": True},
]
TABLE = "{:38} {:7} {:25} {:22} {:12} {:28} {:28} {:5} {}"
HEAD = ("AWS CLI", "client", "bulkreset user", "status", "email", "old password", "new password", "mails", "")


def users(name):
    """Who takes the steps with the app client of this name."""
    own = {"email": f"{name}@example.com", "email_verified": True, "password": OLD}
    return [
        SeedUser(f"{name}-forgets", **own),
        SeedUser(f"{name}-starts", status="FORCE_CHANGE_PASSWORD", **own),
    ]


ADMINISTERED = [
    SeedUser("is-reset", email="r@example.com", email_verified=True, password=OLD),
    SeedUser("is-verified", email="v@example.com", email_verified=False, password=OLD),
    SeedUser("gets-temporary", email="t@example.com", email_verified=True, password=OLD),
    SeedUser("gets-permanent", email="p@example.com", email_verified=True, password=OLD),
]


VERIFIED = json.dumps([{"Name": "email_verified", "Value": "true"}])
ADMINISTRATION = [
    ("admin-reset-user-password", "is-reset", ["reset"], []),
    ("admin-update-user-attributes", "is-verified", ["verify"], ["--user-attributes", VERIFIED]),
    ("admin-set-user-password", "gets-temporary", ["set-password"], ["--password", NEW, "--no-permanent"]),
    (
        *("admin-set-user-password", "gets-permanent"),
        *(["set-password", "--permanent"], ["--password", NEW, "--permanent"]),
    ),
]
"""The AWS CLI's command, the user, ours, and what the AWS CLI needs beside."""


@dataclass(frozen=True)
class State:
    """Of a user, whatever both pools must agree on."""

    status: str
    enabled: bool
    attributes: Mapping[str, str]
    with_old: str
    with_new: str
    messages: int


@dataclass
class Scene:
    """Both pools, and the two programs side by side."""

    simulator: Simulator
    bulkreset: Command
    rows: list[str] = field(default_factory=list)
    apps: dict[str, AppUser] = field(default_factory=dict)

    def __post_init__(self):
        for pool_id in (OF_AWS, OF_US):
            environment = Environment(pool_id=pool_id, endpoint_url=self.simulator.endpoint_url)
            client_id, _ = self.client(pool_id, "plain")
            caller = CognitoClient(environment, SystemClock())
            self.apps[pool_id] = AppUser(caller, client_id, None, SystemClock())

    def client(self, pool_id, name):
        """The id and the secret of an app client."""
        pool = find_moto_pool(pool_id)
        found = next(one for one in pool.clients.values() if one.extended_config["ClientName"] == name)
        return found.id, found.secret if found.generate_secret else None

    def step(self, client, user, aws, ours, *, new, secrets=None):
        """Takes one step in both pools; returns what both programs printed as JSON, ours last."""
        environ = {
            **self.bulkreset.environ,
            "AWS_ENDPOINT_URL": self.simulator.endpoint_url,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_PAGER": "",
        }
        theirs = subprocess.Popen(
            [sys.executable, "-m", "awscli", "cognito-idp", *aws, "--output", "json"],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with _pipe(secrets) as given:
            mine = self.bulkreset("user", *ours, "--json", stdin=given)
        out, err = theirs.communicate(timeout=60)
        assert (theirs.returncode, mine.code) == (0, 0), f"{err}\n{mine.err}"
        told = [line for line in mine.out.splitlines() if line.startswith("{")][-1]
        self._compare(
            _shown(aws, "--permanent", "--no-permanent"), client, _shown(ours, "--permanent"), user, new
        )
        return json.loads(out or "{}"), json.loads(told)

    def _compare(self, aws, client, ours, user, new):
        theirs, mine = (self.state(pool_id, user, new) for pool_id in (OF_AWS, OF_US))
        verified = "verified" if mine.attributes["email_verified"] == "true" else "unverified"
        told = (mine.status, verified, mine.with_old, mine.with_new, mine.messages)
        verdict = "the same" if theirs == mine else f"DIFFERS: {theirs} / {mine}"
        self.rows.append(TABLE.format(aws, client, ours, *told, verdict))

    def state(self, pool_id, username, new):
        user = self.simulator.user(pool_id, username)
        messages = [one for one in self.simulator.outbox.to(username) if one.pool_id == pool_id]
        return State(
            status=user.status,
            enabled=user.enabled,
            attributes=user.attributes,
            with_old=self._sign_in(pool_id, username, OLD),
            with_new=self._sign_in(pool_id, username, new),
            messages=len(messages),
        )

    def _sign_in(self, pool_id, username, password):
        match self.apps[pool_id].sign_in(username, Secret(password)):
            case Tokens():
                return "signs in"
            case NewPasswordRequired():
                return "NEW_PASSWORD_REQUIRED"
            case Failure(answer=answer):
                assert answer.meaning is Meaning.ROW_REFUSED, answer
                return answer.code.removesuffix("Exception")


def _shown(command, *telling):
    """A command without what does not tell it from others in the table."""
    return " ".join([command[0], *(word for word in command if word in telling)])


def _pipe(secrets):
    """A file object from which a process reads these secrets; no file."""
    reading, writing = os.pipe()
    os.write(writing, json.dumps(secrets or {}).encode())
    os.close(writing)
    return os.fdopen(reading)


@pytest.fixture
def scene(start, tmp_path, command_in):
    seeds = [user for name in ("plain", "secret") for user in users(name)] + ADMINISTERED
    simulator = start(seeds, {"pool_id": OF_AWS, "clients": CLIENTS})
    simulator.create_pool(seeds, pool_id=OF_US, clients=CLIENTS)
    folder = tmp_path / "desk"
    folder.mkdir()
    Desk(folder, simulator.endpoint_url, OF_US)
    return Scene(simulator, command_in(folder))


@pytest.mark.early
def test_the_aws_cli_and_bulkreset_leave_users_in_the_same_state(scene):
    for client in ("plain", "secret"):
        _recovers(scene, client)
        _starts(scene, client)
    for administration in ADMINISTRATION:
        _administers(scene, *administration)
    table = "\n".join([TABLE.format(*HEAD), *scene.rows])
    sys.stdout.write(f"\n{table}\n")
    assert "DIFFERS" not in table, table


def _recovers(scene, client):
    """forgot-password, confirm-forgot-password, initiate-auth, change-password."""
    user = f"{client}-forgets"
    client_id, proof, ours = _parties(scene, client, user)
    named = ["--client-id", client_id, "--username", user, *(["--secret-hash", proof] if proof else [])]
    scene.step(client, user, ["forgot-password", *named], ["forgot-password", user, *ours], new=NEW)
    codes = {one.pool_id: one.code for one in scene.simulator.outbox.to(user)}
    scene.step(
        client,
        user,
        [
            *("confirm-forgot-password", *named),
            *("--confirmation-code", codes[OF_AWS], "--password", NEW),
        ],
        ["confirm-reset", user, *ours, "--secrets-stdin"],
        secrets={"code": codes[OF_US], "new_password": NEW},
        new=NEW,
    )
    theirs, mine = scene.step(
        client,
        user,
        _initiate_auth(client_id, user, NEW, proof),
        ["sign-in", user, *ours, "--secrets-stdin", "--show-tokens"],
        secrets={"password": NEW},
        new=NEW,
    )
    token = theirs["AuthenticationResult"]["AccessToken"]
    scene.step(
        client,
        user,
        [
            *("change-password", "--access-token", token),
            *("--previous-password", NEW, "--proposed-password", NEWER),
        ],
        ["change-password", user, *ours, "--secrets-stdin"],
        secrets={"access_token": mine["access_token"], "password": NEW, "new_password": NEWER},
        new=NEWER,
    )


def _starts(scene, client):
    """initiate-auth, and respond-to-auth-challenge with a new password."""
    user = f"{client}-starts"
    client_id, proof, ours = _parties(scene, client, user)
    challenge, told = scene.step(
        client,
        user,
        _initiate_auth(client_id, user, OLD, proof),
        ["sign-in", user, *ours, "--secrets-stdin"],
        secrets={"password": OLD},
        new=NEW,
    )
    assert challenge["ChallengeName"] == told["challenge"] == "NEW_PASSWORD_REQUIRED"
    name = challenge["ChallengeParameters"].get("USER_ID_FOR_SRP", user)
    responses = {"USERNAME": name, "NEW_PASSWORD": NEW}
    if proof:
        responses["SECRET_HASH"] = _proof(scene.client(OF_AWS, client), name)
    scene.step(
        client,
        user,
        [
            *("respond-to-auth-challenge", "--client-id", client_id),
            *("--challenge-name", "NEW_PASSWORD_REQUIRED", "--session", challenge["Session"]),
            *("--challenge-responses", json.dumps(responses)),
        ],
        ["sign-in", user, *ours, "--secrets-stdin"],
        secrets={"password": OLD, "new_password": NEW},
        new=NEW,
    )


def _administers(scene, aws, user, ours, more):
    """One command with an administrator's permissions, for which no app client counts."""
    command, *options = ours
    if command != "verify":
        options.append("--no-sign-out")
    if command == "set-password":
        options.append("--secrets-stdin")
    scene.step(
        "-",
        user,
        [aws, "--user-pool-id", OF_AWS, "--username", user, *more],
        [command, user, "--environment", "environment.yaml", "--yes", *options],
        secrets={"password": NEW},
        new=NEW,
    )


def _parties(scene, client, user):
    """The id of the AWS CLI's app client, the secret hash that it needs, and how bulkreset is called."""
    theirs = scene.client(OF_AWS, client)
    ours = ["--environment", "environment.yaml", "--client-id", scene.client(OF_US, client)[0]]
    return theirs[0], _proof(theirs, user), ours


def _initiate_auth(client_id, user, password, proof):
    parameters = {"USERNAME": user, "PASSWORD": password, **({"SECRET_HASH": proof} if proof else {})}
    flow = ("--auth-flow", "USER_PASSWORD_AUTH", "--auth-parameters", json.dumps(parameters))
    return ["initiate-auth", "--client-id", client_id, *flow]


def _proof(client, username):
    """The secret hash as the Developer Guide computes it; "" for an app client without a secret."""
    client_id, secret = client
    if secret is None:
        return ""
    digest = hmac.new(secret.encode(), f"{username}{client_id}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
