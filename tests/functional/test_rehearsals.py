"""Rehearsals over HTTP: every walk that passes, and what each failure is told as."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest

from bulkreset.cli.rehearsal_text import unkept_text
from bulkreset.clock import SystemClock, VirtualClock
from bulkreset.cognito.app_answers import Profile, Tokens
from bulkreset.cognito.app_user import AppUser
from bulkreset.errors import InputError, Refused
from bulkreset.flow.rehearsal.record import latest
from bulkreset.flow.rehearsal.registry import walks
from bulkreset.flow.rehearsal.rehearse import Asked, rehearsal
from bulkreset.flow.rehearsal.simulated_code import simulated_code, simulator_outbox
from bulkreset.secrets.secret import Secret
from bulkreset.simulator import DEMO_POOL_ID, NO_QUOTAS, Fault, FaultKind, SeedUser, Simulator

CANARY = SeedUser("canary", email="canary@example.com", email_verified=True)
PACED = (
    "UserAccountRecovery",
    "UserUpdate",
    "UserList",
    "UserRead",
    "UserPoolRead",
    "UserPoolClientRead",
    "UserAuthentication",
)
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
RECIPIENT = "age1s8yptw28swwe9wry7vk876a6pqu563snctyxdw9qgrxpjwvy6gnqm830f2"


class Theatre:
    """A pool with a canary and one app client, a job about somebody else, and rehearsals of it."""

    def __init__(self, tmp_path, simulator, client_id):
        self.simulator, self.client_id = simulator, client_id
        self.folder = tmp_path
        self.told = []
        (tmp_path / "environment.yaml").write_text(
            f"pool_id: {DEMO_POOL_ID}\nendpoint_url: {simulator.endpoint_url}\n"
            f"state_dir: {tmp_path / 'state'}\nread_back_after_seconds: 0.2\n"
            f"quotas: {json.dumps({'share': 1.0} | {name: {'rate_per_second': 300} for name in PACED})}\n"
        )
        (tmp_path / "users.csv").write_text("username\nsomebody\n")
        self.job()

    def environment(self, more):
        path = self.folder / "environment.yaml"
        path.write_text(path.read_text() + more)

    def job(self, goal="force-reset", **more):
        written = {"environment": "environment.yaml", "goal": goal, "manifest": "users.csv", **more}
        (self.folder / "job.yaml").write_text(json.dumps(written))

    @contextmanager
    def ready(self, walk="", canary="canary", **given):
        given = {"client_secret": None, "attributes": {}, "final": None} | given
        asked = Asked(
            job=self.folder / "job.yaml", client_id=self.client_id, canary=canary, walk=walk, **given
        )
        with rehearsal(asked, SystemClock()) as ready:
            yield ready

    def rehearse(self, *names, code=None, **given):
        with self.ready(*names, **given) as ready:
            return ready.run(
                SystemClock(), lambda name, step: self.told.append((name, step)), code or self.code
            )

    def walks(self, walk=""):
        with self.ready(walk) as ready:
            return [one.name for one in ready.walks]

    def code(self):
        return simulated_code(simulator_outbox(self.simulator.endpoint_url), "canary")

    def latest(self):
        (folder,) = (path for path in (self.folder / "state").iterdir() if path.is_dir())
        return latest(folder, DEMO_POOL_ID)


@pytest.fixture
def theatre(tmp_path, monkeypatch):
    """Opens theatres; what a client or a pool lacks, a rehearsal is to find."""
    monkeypatch.setattr("bulkreset.flow.rates.RATES_PER_POOL", {})  # whose waits would be most of a test
    opened = []

    def opens(clock=None, users=(CANARY,), config=None, recovery=(), **client):
        simulator = Simulator(quotas=NO_QUOTAS, **({"clock": clock} if clock else {}))
        opened.append(simulator.start())
        settings = {"ClientName": "app", "ExplicitAuthFlows": FLOWS} | client
        simulator.create_pool(users, clients=[settings], config=config, recovery=recovery)
        (client_id,) = simulator.client_ids(DEMO_POOL_ID)
        return Theatre(tmp_path, simulator, client_id)

    yield opens
    for simulator in opened:
        simulator.stop()


@pytest.mark.parametrize("walk", sorted(walks()))
def test_every_walk_passes_where_pool_and_client_are_as_they_should_be(theatre, walk):
    stage = theatre(GenerateSecret=True)
    (walked,) = stage.rehearse(walk)
    assert walked.passed, walked.steps[-1]
    assert stage.simulator.user(DEMO_POOL_ID, "canary").status == "CONFIRMED"
    assert stage.latest()[walk].passed
    assert all(step.called for step in walked.steps)


def test_the_walks_are_those_that_the_job_sends_its_users(theatre):
    stage = theatre()
    assert stage.walks() == ["reset"]
    stage.job(goal="temporary-password", handout={"recipients": [RECIPIENT]})
    assert stage.walks() == ["temporary-password"]
    stage.job(goal="permanent-password", handout={"recipients": [RECIPIENT]})
    assert stage.walks() == ["permanent-password", "sign-out"]
    stage.job(policy={"unverified": "temporary-password"}, handout={"recipients": [RECIPIENT]})
    assert stage.walks() == ["reset", "temporary-password"]
    stage.job(goal="scramble")
    assert stage.walks() == ["recovery", "sign-out"]
    stage.job(goal="sign-out")
    assert stage.walks() == ["sign-out"]
    stage.job(goal="enable")
    assert stage.walks("all") == list(walks())
    with pytest.raises(Refused, match="nothing to rehearse"):
        stage.walks()


def test_the_reset_takes_the_sessions_as_the_job_does(theatre):
    stage = theatre()
    stage.rehearse()
    assert "the tokens from before the reset are dead" in [step.name for _, step in stage.told]
    assert stage.simulator.counters.effects("AdminUserGlobalSignOut", "canary") == 1
    stage.told.clear()
    stage.job(policy={"sign_out": "none"})
    assert stage.rehearse()[0].passed
    assert "the tokens from before the reset are dead" not in [step.name for _, step in stage.told]


def test_a_client_without_sign_in_by_password_is_told_before_any_message_goes_out(theatre):
    stage = theatre(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"])
    (walked,) = stage.rehearse()
    last = walked.steps[-1]
    assert not walked.passed
    assert (last.code, len(stage.simulator.outbox)) == ("InvalidParameterException", 0)
    assert "ALLOW_USER_PASSWORD_AUTH" in last.advice
    assert not stage.latest()["reset"].passed


def test_a_wrong_secret_is_told(theatre):
    stage = theatre(GenerateSecret=True)
    (walked,) = stage.rehearse(client_secret=Secret("not-the-secret-of-this-client-at-all"))
    assert walked.steps[-1].code == "NotAuthorizedException"
    assert "the secret is not that of this app client" in walked.steps[-1].message
    assert len(stage.simulator.outbox) == 0


def test_a_secret_that_may_not_be_read_is_told_and_can_be_given(theatre):
    stage = theatre(GenerateSecret=True)
    stage.simulator.faults.add(Fault(FaultKind.ACCESS_DENIED, operation="DescribeUserPoolClient"))
    (walked,) = stage.rehearse("permanent-password")
    assert "this app client has a secret, and the call was made without" in walked.steps[-1].message
    assert "cognito-idp:DescribeUserPoolClient" in walked.steps[-1].advice
    (secret,) = stage.simulator.client_secrets(DEMO_POOL_ID)
    assert stage.rehearse("permanent-password", client_secret=Secret(secret))[0].passed


def test_an_app_client_of_no_pool_is_told_before_anything_is_changed(theatre):
    stage = theatre()
    stage.client_id = "0example0000000000000000aa"
    with pytest.raises(Refused, match="has no app client"):
        stage.rehearse()
    assert stage.simulator.counters.calls("AdminSetUserPassword") == 0


def test_an_expired_session_is_told(theatre):
    clock = VirtualClock()
    stage = theatre(clock=clock)

    class Slow(dict):
        def __getitem__(self, name):
            clock.sleep(181.0)
            return super().__getitem__(name)

        def get(self, name, default=None):
            return dict.get(self, name, default)

    schema = [{"Name": "name", "AttributeDataType": "String", "Required": True, "Mutable": True}]
    stage = theatre_with_schema(stage, schema)
    (walked,) = stage.rehearse("temporary-password", attributes=Slow(name="C. Anary"))
    assert "session is expired" in walked.steps[-1].message
    assert "sign in again" in walked.steps[-1].advice


def theatre_with_schema(stage, schema):
    """The same theatre, in whose pool every user has to have these attributes."""
    pool = stage.simulator._pool(DEMO_POOL_ID).pool
    for attribute in schema:
        pool.schema_attributes[attribute["Name"]].required = True
    return stage


def test_an_attribute_that_the_pool_requires_is_asked_for(theatre):
    stage = theatre_with_schema(theatre(), [{"Name": "name"}])
    (walked,) = stage.rehearse("temporary-password")
    assert "requires name of every user" in walked.steps[-1].message
    assert walked.steps[-1].advice == "--attribute name=VALUE"
    (walked,) = stage.rehearse("temporary-password", attributes={"name": "C. Anary"})
    assert walked.passed


@pytest.mark.parametrize("walk", ["reset", "temporary-password"])
def test_a_new_password_that_is_too_weak_is_told_with_what_the_pool_asks_for(theatre, walk):
    policy = {"MinimumLength": 12, "RequireSymbols": True}
    stage = theatre(config={"Policies": {"PasswordPolicy": policy}})
    (walked,) = stage.rehearse(walk, final=lambda: Secret("weak"))
    assert walked.steps[-1].code == "InvalidPasswordException"
    assert "12" in walked.steps[-1].advice


def test_a_wrong_code_is_told(theatre):
    stage = theatre()
    (walked,) = stage.rehearse(code=lambda: Secret("000000x"))
    assert walked.steps[-1].code == "CodeMismatchException"


def test_a_canary_whom_a_reset_would_strand_is_not_reset(theatre):
    stage = theatre(users=[SeedUser("canary", email="canary@example.com")])
    (walked,) = stage.rehearse()
    assert walked.steps[-1].code == "no-verified-contact"
    assert stage.simulator.counters.calls("AdminResetUserPassword") == 0


@pytest.mark.parametrize(
    "changes", [{"status": "UNCONFIRMED"}, {"status": "EXTERNAL_PROVIDER"}, {"enabled": False}]
)
def test_a_canary_who_could_be_harmed_gets_no_password(theatre, changes):
    stage = theatre(users=[SeedUser("canary", email="canary@example.com", email_verified=True, **changes)])
    (walked,) = stage.rehearse("temporary-password")
    assert not walked.passed
    assert stage.simulator.counters.calls("AdminSetUserPassword") == 0


def test_a_second_factor_ends_the_rehearsal_and_says_so(theatre):
    canary = SeedUser(
        "canary", email="canary@example.com", email_verified=True, preferred_mfa="SOFTWARE_TOKEN_MFA"
    )
    (walked,) = theatre(users=[canary]).rehearse()
    assert "asks for SOFTWARE_TOKEN_MFA first" in walked.steps[-1].message


def test_a_pool_that_only_administrators_recover_has_no_reset_to_rehearse(theatre):
    stage = theatre(recovery=["admin_only"])
    with pytest.raises(Refused, match="admin_only"):
        stage.rehearse()
    stage.job(goal="temporary-password", handout={"recipients": [RECIPIENT]})
    assert stage.rehearse()[0].passed


def test_nobody_in_particular_is_no_canary(theatre):
    stage = theatre()
    with pytest.raises(Refused, match="nobody in pool"):
        stage.rehearse(canary="nobody")
    twins = [SeedUser(name, email="twins@example.com") for name in ("twin-1", "twin-2")]
    stage.simulator.add_users(DEMO_POOL_ID, twins)
    with pytest.raises(Refused, match="2 users of pool"):
        stage.rehearse(canary="twins@example.com")
    with pytest.raises(InputError, match="there is no walk 'ballet'"):
        stage.rehearse("ballet")


def test_the_password_that_was_given_is_set_once_and_left_to_the_canary(theatre):
    stage = theatre()
    stage.job(goal="scramble")
    given = []

    def final():
        given.append(Secret("Final-pass-word-9"))
        return given[-1]

    assert all(walked.passed for walked in stage.rehearse(final=final))
    assert (len(given), len(stage.walks())) == (1, 2)
    assert stage.simulator.user(DEMO_POOL_ID, "canary").password == "Final-pass-word-9"


def test_no_step_tells_a_secret(theatre):
    stage = theatre(GenerateSecret=True)
    final = Secret("Final-pass-word-9")
    stage.rehearse(final=lambda: final)
    (message,) = stage.simulator.outbox.messages
    told = json.dumps([step.as_json() for _, step in stage.told])
    secrets = [final.reveal(), message.code, *stage.simulator.client_secrets(DEMO_POOL_ID)]
    kept = "".join(path.read_text() for path in stage.folder.rglob("*.rehearsals"))
    for secret in secrets:
        assert secret not in told + kept


def test_nobody_who_is_protected_is_a_canary(theatre):
    stage = theatre()
    stage.environment("protected: {users: [canary]}\n")
    (walked,) = stage.rehearse()
    assert walked.steps[-1].code == "protected"
    assert stage.simulator.counters.effects("AdminSetUserPassword", "canary") == 0


def test_a_canary_whose_contact_the_job_would_verify_is_verified_by_the_same_consent(theatre):
    stage = theatre(users=[SeedUser("canary", email="canary@example.com")])
    stage.environment("require_consent: true\n")
    stage.job(policy={"unverified": "verify-email"})
    (walked,) = stage.rehearse()
    assert "verify-unverified-contacts" in walked.steps[-1].message
    stage.job(policy={"unverified": "verify-email"}, consent=["verify-unverified-contacts"])
    assert stage.rehearse()[0].passed


@pytest.mark.parametrize(
    ("walk", "operation", "told"),
    [
        ("reset", "ConfirmForgotPassword", "whether the new password was set is unknown"),
        ("recovery", "ForgotPassword", "whether a code was sent is unknown"),
        ("temporary-password", "RespondToAuthChallenge", "whether the new password was set is unknown"),
        ("temporary-password", "ChangePassword", "whether the new password was set is unknown"),
    ],
)
def test_a_lost_answer_ends_the_walk_and_nothing_is_sent_again(theatre, walk, operation, told):
    stage = theatre()
    stage.simulator.faults.add(Fault(FaultKind.DROP, operation=operation, after_effect=True))
    (walked,) = stage.rehearse(walk)
    assert told in walked.steps[-1].message
    assert "sign in" in walked.steps[-1].advice or "look for the message" in walked.steps[-1].advice
    assert stage.simulator.counters.calls(operation) == 1
    assert not stage.latest()[walk].passed


def test_a_refresh_that_went_wrong_is_not_taken_for_a_dead_token(theatre):
    stage = theatre()
    refused = Fault(FaultKind.SERVER_ERROR, operation="InitiateAuth", first=2, times=1)
    stage.simulator.faults.add(refused)
    (walked,) = stage.rehearse("sign-out")
    assert not walked.passed
    assert walked.steps[-1].name == "the tokens from before are dead"


@pytest.mark.parametrize("revoked", ["access", "refresh"])
def test_tokens_that_outlive_the_sign_out_are_told(theatre, monkeypatch, revoked):
    stage = theatre()
    alive = Profile("canary", {}) if revoked == "refresh" else None
    if alive:
        monkeypatch.setattr(AppUser, "get_user", lambda *_: alive)
    else:
        monkeypatch.setattr(AppUser, "refresh", lambda *_: Tokens(Secret("a"), Secret("i"), None, 60))
    (walked,) = stage.rehearse("sign-out")
    assert walked.steps[-1].message in (
        "the old access token still works",
        "the old refresh token still gives new tokens",
    )


def test_a_message_that_never_came_is_told_and_the_code_may_still_be_used(theatre):
    stage = theatre()
    (walked,) = stage.rehearse(code=lambda: None)
    assert walked.steps[-1].message == "no message came"
    assert "bulkreset doctor" in walked.steps[-1].advice
    assert stage.simulator.counters.calls("ConfirmForgotPassword") == 0
    assert stage.rehearse()[0].passed


def test_an_expired_code_is_told_from_a_wrong_one(theatre):
    stage = theatre()
    expired = Fault(
        FaultKind.REFUSE,
        operation="ConfirmForgotPassword",
        code="ExpiredCodeException",
        message="Invalid code provided, please request a code again.",
    )
    stage.simulator.faults.add(expired)
    (walked,) = stage.rehearse()
    assert walked.steps[-1].code == "ExpiredCodeException"
    assert "no longer good" in walked.steps[-1].message


def test_a_walk_that_is_broken_off_counts_as_failed(theatre):
    stage = theatre()
    assert stage.rehearse()[0].passed

    def ctrl_c():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stage.rehearse(code=ctrl_c)
    last = stage.latest()["reset"]
    assert (last.passed, last.failed_at, last.goal) == (False, "the walk was not ended", "force-reset")


def test_a_result_that_cannot_be_kept_is_told(theatre, monkeypatch):
    stage = theatre()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("bulkreset.flow.rehearsal.rehearse.note", full)
    (walked,) = stage.rehearse("permanent-password")
    assert walked.passed
    assert list(unkept_text([walked])) == [
        f"how permanent-password went could not be kept, so it does not count: {walked.unkept}"
    ]
    assert walked.unkept.endswith("No space left on device")
