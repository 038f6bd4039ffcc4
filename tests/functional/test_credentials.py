"""Credentials from everywhere that operators keep them, over runs that outlast them."""

from __future__ import annotations

import hashlib
import json
import shlex
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import botocore.credentials
import botocore.tokens
import pytest

from bulkreset.clock import SystemClock
from bulkreset.cognito.account.identity import caller_of
from bulkreset.cognito.answers import Meaning
from bulkreset.cognito.client import CognitoClient
from bulkreset.errors import Refused
from bulkreset.settings.environment import Environment
from bulkreset.simulator import NO_QUOTAS, Fault, FaultKind, SeedUser, Simulator

POOL_ID = "us-east-1_AbCdEf123"
ROLE = "arn:aws:iam::123456789012:role/operators"
OPERATORS = "arn:aws:sts::123456789012:assumed-role/operators/"
RESET = "AdminResetUserPassword"
ADA = {"UserPoolId": POOL_ID, "Username": "ada"}
START_URL = "https://operators.example.com/start"
KEYS = """
aws_access_key_id = AKIAIOSFODNN7EXAMPLE
aws_secret_access_key = canary-of-the-secret-key
aws_session_token = canary-of-the-session-token
"""


@pytest.fixture
def simulator():
    with Simulator(quotas=NO_QUOTAS) as simulator:
        simulator.create_pool([SeedUser("ada", email="a@example.com", email_verified=True)], pool_id=POOL_ID)
        yield simulator


@pytest.fixture
def account(simulator):
    return simulator.account


class Home:
    """A home directory with AWS's files."""

    def __init__(self, folder):
        self.folder = folder

    def config(self, text):
        (self.folder / "config").write_text(text)

    def credentials(self, text):
        (self.folder / "credentials").write_text(text)

    def sso_token(self, key, token, ends_in=timedelta(hours=8)):
        """A token as `aws sso login` leaves it."""
        cache = self.folder / "sso"
        cache.mkdir(exist_ok=True)
        ends_at = (datetime.now(UTC) + ends_in).strftime("%Y-%m-%dT%H:%M:%SZ")
        kept = {"startUrl": START_URL, "region": "us-east-1", "accessToken": token, "expiresAt": ends_at}
        name = hashlib.sha1(key.encode()).hexdigest()  # noqa: S324 - how AWS names the file
        (cache / f"{name}.json").write_text(json.dumps(kept))

    def process(self, body):
        """A credential_process that runs this Python code; its line for the config."""
        script = self.folder / "process.py"
        script.write_text(body)
        return f"credential_process = {shlex.quote(sys.executable)} {shlex.quote(str(script))}\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "PROFILE", "DEFAULT_PROFILE"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(botocore.credentials.SSOProvider, "_SSO_TOKEN_CACHE_DIR", str(tmp_path / "sso"))
    monkeypatch.setattr(botocore.tokens.SSOTokenProvider, "_SSO_TOKEN_CACHE_DIR", str(tmp_path / "sso"))
    home = Home(tmp_path)
    home.credentials(f"[keys]{KEYS}")
    return home


@pytest.fixture
def connect(simulator, home):
    def connect(**credentials):
        environment = Environment(
            pool_id=POOL_ID, endpoint_url=simulator.endpoint_url, credentials=credentials
        )
        return CognitoClient(environment, SystemClock())

    return connect


def arn(client):
    caller = caller_of(client.services)
    assert caller is not None
    return caller.arn


def expire(simulator, **rule):
    simulator.faults.add(Fault(FaultKind.EXPIRED_TOKEN, **rule))


def test_a_role_is_assumed_with_its_external_id(connect, account):
    account.credentials.external_id = "incident-desk"
    client = connect(profile="keys", role_arn=ROLE, external_id="incident-desk")
    assert not account.calls, "nothing is asked before it is needed"
    assert client.call(RESET, ADA).answer.meaning is Meaning.DONE
    assert arn(client) == f"{OPERATORS}bulkreset"
    assert account.calls["AssumeRole"] == 1, "one session for all services"


def test_a_role_that_may_not_be_assumed_refuses_the_run_without_a_secret(connect, simulator, account):
    account.credentials.external_id = "incident-desk"
    answer = connect(profile="keys", role_arn=ROLE, external_id="guess").call(RESET, ADA).answer
    assert answer.meaning is Meaning.RUN_REFUSED
    assert "sts:AssumeRole" in answer.message
    assert "canary" not in answer.message
    assert simulator.counters.calls(RESET) == 0


@pytest.mark.parametrize("code", ["Throttling", "ValidationError", "InternalFailure", "ExpiredToken"])
def test_whatever_sts_answers_concerns_no_single_user(connect, account, code):
    account.refused["AssumeRole"] = code
    answer = connect(profile="keys", role_arn=ROLE).call(RESET, ADA).answer
    assert answer.meaning is Meaning.RUN_REFUSED
    assert code in answer.message


def test_a_profile_may_name_a_role_and_where_its_keys_are(connect, home, account):
    home.config(f"[profile duty]\nrole_arn = {ROLE}\nsource_profile = keys\nrole_session_name = duty\n")
    client = connect(profile="duty")
    assert client.call(RESET, ADA).answer.meaning is Meaning.DONE
    assert arn(client) == f"{OPERATORS}duty"
    assert account.calls["AssumeRole"] == 1


def test_a_web_identity_is_read_anew_at_each_renewal(connect, home, account, simulator, monkeypatch):
    token = home.folder / "token"
    token.write_text("canary-one")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
    monkeypatch.setenv("AWS_ROLE_SESSION_NAME", "pod")
    account.credentials.web_identity_token = "canary-one"
    client = connect()
    assert client.call(RESET, ADA).answer.meaning is Meaning.DONE
    assert arn(client) == f"{OPERATORS}pod"
    account.credentials.web_identity_token = "canary-two"
    expire(simulator)
    refused = client.call(RESET, ADA).answer
    assert refused.meaning is Meaning.RUN_REFUSED
    assert "canary" not in refused.message


def test_a_web_identity_that_was_rotated_renews_the_credentials(
    connect, home, account, simulator, monkeypatch
):
    token = home.folder / "token"
    token.write_text("canary-one")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(token))
    monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
    client = connect()
    assert client.call(RESET, ADA).answer.meaning is Meaning.DONE
    token.write_text("canary-two")
    account.credentials.web_identity_token = "canary-two"
    expire(simulator, times=1)
    assert client.call(RESET, ADA).answer.meaning is Meaning.DONE
    assert account.calls["AssumeRoleWithWebIdentity"] == 2


def test_a_web_identity_without_its_file_refuses_the_run_and_names_the_file(connect, monkeypatch):
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token")
    monkeypatch.setenv("AWS_ROLE_ARN", ROLE)
    answer = connect().call(RESET, ADA).answer
    assert answer.meaning is Meaning.RUN_REFUSED
    assert "/nowhere/token" in answer.message


WITH_A_SESSION = f"""
[profile desk]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = operators
[sso-session corp]
sso_start_url = {START_URL}
sso_region = us-east-1
"""
WITHOUT_A_SESSION = f"""
[profile desk]
sso_start_url = {START_URL}
sso_region = us-east-1
sso_account_id = 123456789012
sso_role_name = operators
"""
SSO_PROFILES = {
    "with a session": (WITH_A_SESSION, "corp"),
    "without a session": (WITHOUT_A_SESSION, START_URL),
}


@pytest.fixture(params=SSO_PROFILES.values(), ids=SSO_PROFILES)
def sso(request, home, account):
    """A profile of SSO, and what writes its token."""
    config, key = request.param
    home.config(config)
    account.credentials.sso_token = "canary-of-sso"
    return lambda **life: home.sso_token(key, "canary-of-sso", **life)


def test_a_login_by_sso_is_used_and_renewed_for_as_long_as_it_lasts(connect, sso, account, simulator):
    sso()
    client = connect(profile="desk")
    assert client.call(RESET, ADA).answer.meaning is Meaning.DONE
    assert arn(client) == f"{OPERATORS}sso"
    expire(simulator, times=1)
    assert client.call(RESET, ADA).answer.meaning is Meaning.DONE
    assert account.calls["GetRoleCredentials"] == 2


def test_a_login_by_sso_that_is_over_refuses_the_run(connect, sso, simulator):
    sso(ends_in=timedelta(hours=-1))
    answer = connect(profile="desk").call(RESET, ADA).answer
    assert answer.meaning is Meaning.RUN_REFUSED
    assert "expired" in answer.message
    assert "canary" not in answer.message
    assert simulator.counters.calls(RESET) == 0


PROCESS = """
import datetime, json, pathlib
count = pathlib.Path(__file__).with_name("count")
number = int(count.read_text()) + 1 if count.exists() else 1
count.write_text(str(number))
end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=SECONDS)
print(json.dumps({"Version": 1, "AccessKeyId": f"AKIA{number:016d}", "SecretAccessKey": "canary",
    "SessionToken": "canary", "Expiration": end.isoformat()}))
"""


def test_a_credential_process_is_run_again_when_its_credentials_have_ended(connect, home, simulator):
    home.config("[profile vault]\n" + home.process(PROCESS.replace("SECONDS", "3600")))
    client = connect(profile="vault")
    assert [client.call(RESET, ADA).answer.meaning for _ in range(5)] == [Meaning.DONE] * 5
    before = int((home.folder / "count").read_text())
    expire(simulator, times=1)
    assert client.call(RESET, ADA).answer.meaning is Meaning.DONE
    assert int((home.folder / "count").read_text()) == before + 1


@pytest.mark.parametrize(
    "body",
    [
        "import sys; sys.exit('canary')",
        'print(\'{"Version": 1, "SecretAccessKey": "canary\')',
        "print('[\"canary\"]')",
        'print(\'{"Version": 2, "SecretAccessKey": "canary"}\')',
    ],
)
def test_a_credential_process_that_fails_is_refused_without_what_it_said(connect, home, caplog, body):
    home.config("[profile vault]\n" + home.process(body))
    with pytest.raises(Refused) as caught:
        connect(profile="vault")
    assert caught.value.__cause__ is None
    assert "canary" not in f"{caught.value}{caplog.text}"


def test_a_profile_that_does_not_exist_is_refused(connect):
    with pytest.raises(Refused, match="nobody"):
        connect(profile="nobody")


def test_a_role_without_keys_to_assume_it_is_refused(connect):
    with pytest.raises(Refused, match="to assume the role with"):
        connect(role_arn=ROLE)


def test_an_expired_answer_renews_and_the_call_is_made_again_even_where_it_mails(connect, simulator, account):
    client = connect(profile="keys", role_arn=ROLE)
    expire(simulator, times=1)
    assert client.call(RESET, ADA).answer.meaning is Meaning.DONE
    assert account.calls["AssumeRole"] == 2
    assert client.calls == {RESET: 2}
    assert len(simulator.outbox) == 1


def test_a_call_is_made_again_only_once(connect, simulator, account):
    client = connect(profile="keys", role_arn=ROLE)
    expire(simulator)
    answer = client.call(RESET, ADA).answer
    assert (answer.meaning, answer.code) == (Meaning.RUN_REFUSED, "ExpiredTokenException")
    assert client.calls == {RESET: 2}
    assert account.calls["AssumeRole"] == 2


def test_expired_keys_that_cannot_be_renewed_refuse_the_run(connect, simulator):
    client = connect(profile="keys")
    expire(simulator)
    answer = client.call(RESET, ADA).answer
    assert (answer.meaning, answer.code) == (Meaning.RUN_REFUSED, "ExpiredTokenException")
    assert client.calls == {RESET: 1}


def test_keys_that_another_program_has_renewed_in_the_file_are_taken_up(connect, home, simulator):
    client = connect(profile="keys")
    client.call(RESET, ADA)
    home.credentials(f"[keys]{KEYS.replace('session-token', 'next-session-token')}")
    expire(simulator, times=1)
    assert client.call(RESET, ADA).answer.meaning is Meaning.DONE


def test_a_renewal_that_sts_refuses_refuses_the_run(connect, simulator, account):
    client = connect(profile="keys", role_arn=ROLE)
    client.call(RESET, ADA)
    account.refused["AssumeRole"] = "AccessDenied"
    expire(simulator)
    assert client.call(RESET, ADA).answer.meaning is Meaning.RUN_REFUSED


def test_credentials_that_end_again_and_again_during_a_run_fail_no_call(connect, simulator, account):
    """The simulator refuses credentials of which the second is over."""
    account.credentials.lifetime_seconds = 1
    client = connect(profile="keys", role_arn=ROLE)
    gives_up_at = time.monotonic() + 30

    def call(_number):
        meanings = Counter()
        while account.calls["AssumeRole"] < 3 and time.monotonic() < gives_up_at:
            meanings[client.call("AdminGetUser", ADA).answer.meaning] += 1
        return meanings

    with ThreadPoolExecutor(4) as threads:
        meanings = sum(threads.map(call, range(4)), Counter())
    assert meanings.keys() == {Meaning.DONE}
    assert account.calls["AssumeRole"] >= 3
    assert meanings[Meaning.DONE] > 20
