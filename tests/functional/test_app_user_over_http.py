"""An app client and its user over HTTP: the calls that a user makes, unsigned, and the client's secret."""

from __future__ import annotations

import http.server
import threading

import pytest

from bulkreset.clock import SystemClock
from bulkreset.cognito import session
from bulkreset.cognito.answers import Meaning
from bulkreset.cognito.app_answers import CodeDelivery, Failure, NewPasswordRequired, Profile, Tokens
from bulkreset.cognito.app_client_of import describe_client
from bulkreset.cognito.app_user import AppUser
from bulkreset.cognito.client import CognitoClient
from bulkreset.flow.access import open_access
from bulkreset.preflight.facts import Unread
from bulkreset.secrets.secret import Secret
from bulkreset.settings.environment import Environment
from bulkreset.simulator import DEMO_POOL_ID, NO_QUOTAS, SeedUser, Simulator

CLOCK = SystemClock()
OLD, NEW, NEWER = (Secret(f"{word}-Passw0rd") for word in ("Older", "Newer", "Newest"))
USERS = [
    SeedUser("ada", email="ada@example.com", email_verified=True, password=OLD.reveal()),
    SeedUser(
        "new",
        status="FORCE_CHANGE_PASSWORD",
        email="new@example.com",
        email_verified=True,
        password=OLD.reveal(),
    ),
]
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


class Scene:
    """A simulated pool with one app client, as an app and as an administrator reach it."""

    def __init__(self, simulator, pool=None, **client):
        self.simulator = simulator
        clients = [{"ClientName": "app", "ExplicitAuthFlows": FLOWS, **client}]
        simulator.create_pool(USERS, clients=clients, **(pool or {}))
        environment = Environment(pool_id=DEMO_POOL_ID, endpoint_url=simulator.endpoint_url)
        self.access = open_access(environment, CLOCK)
        ids = self.access.client.call("ListUserPoolClients", {"UserPoolId": DEMO_POOL_ID, "MaxResults": 1})
        self.client_id = ids.body["UserPoolClients"][0]["ClientId"]

    @property
    def app(self):
        client = describe_client(self.access.directory, self.client_id)
        return AppUser(self.access.client, self.client_id, client.secret, CLOCK)

    def user(self, name):
        return self.simulator.user(DEMO_POOL_ID, name)


@pytest.fixture
def scene():
    with Simulator(quotas=NO_QUOTAS) as simulator:
        yield lambda **client: Scene(simulator, **client)


with_and_without_secret = pytest.mark.parametrize("has_secret", [True, False], ids=["secret", "no secret"])


@with_and_without_secret
def test_a_user_signs_in_changes_the_password_and_signs_out(scene, has_secret):
    stage = scene(GenerateSecret=has_secret)
    tokens = stage.app.sign_in("ada", OLD)
    assert isinstance(tokens, Tokens)
    assert isinstance(stage.app.get_user(tokens.access), Profile)
    assert isinstance(stage.app.refresh(tokens.username, tokens.refresh), Tokens)
    assert stage.app.change_password(tokens.access, OLD, NEW) is None
    assert stage.user("ada").password == NEW.reveal()
    assert stage.app.global_sign_out(tokens.access) is None
    dead = stage.app.get_user(tokens.access)
    assert isinstance(dead, Failure)
    assert dead.answer.meaning is Meaning.ROW_REFUSED


@with_and_without_secret
def test_a_user_recovers_with_a_code(scene, has_secret):
    stage = scene(GenerateSecret=has_secret)
    assert stage.app.forgot_password("ada") == CodeDelivery("a***@e***", "EMAIL", "email")
    (message,) = stage.simulator.outbox.to("ada")
    assert stage.app.confirm_forgot_password("ada", Secret(message.code), NEW) is None
    assert isinstance(stage.app.sign_in("ada", NEW), Tokens)


@with_and_without_secret
def test_a_user_answers_with_a_new_password(scene, has_secret):
    stage = scene(GenerateSecret=has_secret)
    challenge = stage.app.sign_in("new", OLD)
    assert isinstance(challenge, NewPasswordRequired)
    assert isinstance(stage.app.answer_new_password(challenge, NEW, {"name": "New"}), Tokens)
    assert (stage.user("new").status, stage.user("new").password) == ("CONFIRMED", NEW.reveal())


@pytest.mark.parametrize("pool", [{"alias_attributes": ["email"]}, {"username_attributes": ["email"]}])
def test_whoever_signs_in_by_an_address_answers_by_the_name_that_cognito_has(scene, pool):
    stage = scene(pool=pool, GenerateSecret=True)
    challenge = stage.app.sign_in("new@example.com", OLD)
    assert isinstance(challenge, NewPasswordRequired)
    username = stage.user("new@example.com").username
    assert challenge.username == username != "new@example.com"
    tokens = stage.app.answer_new_password(challenge, NEW, {})
    assert isinstance(tokens, Tokens)
    assert tokens.username == username
    assert isinstance(stage.app.refresh(tokens.username, tokens.refresh), Tokens)


def test_an_app_client_is_described_with_its_secret_which_nobody_sees(scene):
    stage = scene(GenerateSecret=True, AuthSessionValidity=7)
    described = describe_client(stage.access.directory, stage.client_id)
    (secret,) = stage.simulator.client_secrets(DEMO_POOL_ID)
    assert described.secret == Secret(secret)
    assert (described.session_minutes, described.client.flows) == (7, frozenset(FLOWS))
    assert secret not in repr(described)


def test_an_app_client_without_secret_has_the_usual_session(scene):
    stage = scene()
    described = describe_client(stage.access.directory, stage.client_id)
    assert (described.secret, described.session_minutes) == (None, 3)


def test_an_app_client_that_is_not_there_is_told(scene):
    unread = describe_client(scene().access.directory, "none0such")
    assert isinstance(unread, Unread)
    assert unread.reason == "ResourceNotFoundException"


class Listener(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.append(dict(self.headers))
        body = b'{"__type":"NotAuthorizedException","message":"no"}'
        self.send_response(400)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):  # noqa: A002 - the base class's signature
        """Says nothing."""


def test_what_a_user_does_takes_no_credentials_and_shows_none(monkeypatch, tmp_path):
    monkeypatch.setattr(session, "_is_loopback", lambda _url: False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        server.heard = []
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        client = CognitoClient(Environment(pool_id=DEMO_POOL_ID, endpoint_url=url), CLOCK)
        user = AppUser(client, "client0id", Secret("its-secret"), CLOCK)
        challenge = NewPasswordRequired(Secret("s" * 20), "ada")
        failures = [
            user.sign_in("ada", OLD),
            user.refresh("ada", OLD),
            user.answer_new_password(challenge, NEW, {}),
            user.forgot_password("ada"),
            user.confirm_forgot_password("ada", Secret("123456"), NEW),
            user.change_password(Secret("to.ke.n"), OLD, NEW),
            user.global_sign_out(Secret("to.ke.n")),
            user.get_user(Secret("to.ke.n")),
        ]
        server.shutdown()
    assert [failure.answer.code for failure in failures] == ["NotAuthorizedException"] * 8
    assert [headers for headers in server.heard if "Authorization" in headers] == []
    assert len(server.heard) == 8
