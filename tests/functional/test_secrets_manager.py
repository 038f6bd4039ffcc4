"""Passwords handed out by AWS Secrets Manager: stored first, and found whatever happens on the way."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing

import boto3
import pytest
from command import verified_users

from bulkreset.clock import SystemClock
from bulkreset.errors import InputError, Refused, Stopped
from bulkreset.flow.handout import make_key, open_handout, purge_handout
from bulkreset.flow.iam_policy import iam_policy
from bulkreset.flow.report import reading
from bulkreset.preflight.least_privilege import Phase
from bulkreset.reporting.iam_policy import as_json
from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

CLOCK = SystemClock()
PREFIX = "passwords/inc-4711"
USERS = 200
CREATE = "CreateSecret"


class Secrets:
    """The secrets of a run as AWS has them."""

    def __init__(self, simulator, run, region="us-east-1"):
        self.aws = boto3.client(
            "secretsmanager",
            endpoint_url=simulator.endpoint_url,
            region_name=region,
            aws_access_key_id="emulated",
            aws_secret_access_key="emulated",
        )
        with reading(run) as reader:
            self._prefix = f"{PREFIX}/{reader.meta('seal')[:12]}/"

    def made(self, **how):
        """Of this run: moto's secrets are those of the whole process."""
        mine = [{"Key": "name", "Values": [self._prefix]}]
        return self.aws.list_secrets(MaxResults=100, Filters=mine, **how)["SecretList"]

    def content(self, name):
        return json.loads(self.aws.get_secret_value(SecretId=name)["SecretString"])


@pytest.fixture
def at_once(monkeypatch):
    """Nobody waits between two tries."""
    monkeypatch.setattr("bulkreset.cognito.secrets_manager.backoff_seconds", lambda *_: 0.0)


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
        return rehearsal, run, Secrets(rehearsal.simulator, run)

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


def opened_references(run):
    with reading(run) as reader:
        return list(reader.handed_out())


def in_force(rehearsal, users=USERS):
    """The passwords of those who got one."""
    simulator = rehearsal.simulator
    states = [simulator.user(DEMO_POOL_ID, f"user-{number:04d}") for number in range(users)]
    return {one.username: [one.password] for one in states if one.status == "FORCE_CHANGE_PASSWORD"}


def test_a_batch_is_one_secret_and_opens_without_a_key(handing_out):
    rehearsal, run, secrets = handing_out(tags={"team": "desk"})
    assert rehearsal.apply(run)["outcomes"]["done"] == USERS
    found = opened(run)
    assert len(found) == USERS
    assert found == in_force(rehearsal)
    (secret,) = secrets.made()
    assert secret["Name"].startswith(f"{PREFIX}/")
    assert secret["Tags"] == [{"Key": "team", "Value": "desk"}]
    content = secrets.content(secret["Name"])
    assert {one["username"]: [one["password"]] for one in content} == found
    written = b"".join(path.read_bytes() for path in run.parent.iterdir() if path.is_file())
    assert not any(password.encode() in written for (password,) in found.values())


LOST = [
    Fault(FaultKind.DROP, operation=CREATE, times=1),
    Fault(FaultKind.DROP, operation=CREATE, times=1, after_effect=True),
    Fault(FaultKind.REFUSE, CREATE, times=1, code="InternalServiceError", status=500, after_effect=True),
]
ODD = [
    Fault(FaultKind.REFUSE, CREATE, times=1, code="ThrottlingException"),
    Fault(FaultKind.GARBAGE, operation=CREATE, times=1),
    Fault(FaultKind.TRUNCATE, operation=CREATE, times=1),
    Fault(FaultKind.REFUSE, CREATE, times=1, code="ResourceExistsException", after_effect=True),
]


@pytest.mark.parametrize("per", ["batch", "user"])
@pytest.mark.parametrize("faults", [LOST, ODD], ids=["lost", "odd"])
def test_a_secret_whose_answer_is_lost_is_asked_for_again_and_made_once(handing_out, at_once, faults, per):
    users = 12
    rehearsal, run, secrets = handing_out(users, per=per)
    armed = [rehearsal.simulator.faults.add(fault) for fault in faults]
    assert rehearsal.apply(run)["outcomes"]["done"] == users
    assert all(one.struck == 1 for one in armed)
    assert opened(run) == in_force(rehearsal, users)
    made = secrets.made()
    assert len(made) == (users if per == "user" else 1)
    assert all(len(secret["SecretVersionsToStages"]) == 1 for secret in made)


@pytest.mark.parametrize(
    ("per", "fault", "error", "told"),
    [
        (
            "batch",
            Fault(FaultKind.REFUSE, operation=CREATE, code="AccessDeniedException", message="not you"),
            Refused,
            "AccessDeniedException: not you; allow it to this caller",
        ),
        (
            "user",
            Fault(FaultKind.REFUSE, operation=CREATE, code="EncryptionFailure", message="disabled"),
            Refused,
            "KMS key",
        ),
        ("user", Fault(FaultKind.DROP, operation=CREATE), Stopped, "ConnectionClosedError"),
        (
            "batch",
            Fault(FaultKind.DROP, operation=CREATE, after_effect=True),
            Stopped,
            "no answer in 7 tries",
        ),
    ],
    ids=["access", "key", "unreachable", "answers lost"],
)
def test_no_password_is_set_that_could_not_be_stored_and_the_run_goes_on_later(
    handing_out, at_once, per, fault, error, told
):
    users = 12
    rehearsal, run, _ = handing_out(users, per=per)
    rehearsal.simulator.faults.add(fault)
    with pytest.raises(error, match=told):
        rehearsal.apply(run)
    assert in_force(rehearsal, users) == {}
    assert rehearsal.simulator.counters.calls("AdminSetUserPassword") == 0
    rehearsal.simulator.faults.clear()
    assert rehearsal.resume(run)["outcomes"]["done"] == users
    assert opened(run) == in_force(rehearsal, users)


def test_a_run_that_comes_to_a_second_batch_in_vain_keeps_the_first(handing_out, at_once, monkeypatch):
    monkeypatch.setattr("bulkreset.flow.secret_store.BATCH_ROWS", 20)
    users = 80
    rehearsal, run, secrets = handing_out(users)
    denied = Fault(FaultKind.REFUSE, operation=CREATE, first=3, code="AccessDeniedException")
    rehearsal.simulator.faults.add(denied)
    with pytest.raises(Refused):
        rehearsal.apply(run)
    assert opened(run).items() >= in_force(rehearsal, users).items()
    rehearsal.simulator.faults.clear()
    rehearsal.resume(run)
    assert opened(run) == in_force(rehearsal, users)
    assert len(in_force(rehearsal, users)) == users
    assert len(secrets.made()) >= users // 20


def test_a_secret_per_user_is_named_after_the_row_in_the_region_of_the_job(handing_out):
    users = 25
    rehearsal, run, secrets = handing_out(users, per="user", region="eu-west-1")
    assert rehearsal.apply(run)["outcomes"]["done"] == users
    assert opened(run) == in_force(rehearsal, users)
    assert secrets.made() == []
    there = Secrets(rehearsal.simulator, run, "eu-west-1")
    names = [secret["Name"] for secret in there.made()]
    assert sorted(int(name.rpartition("/")[2]) for name in names) == list(range(1, users + 1))
    assert not any("user-" in name for name in names)
    assert set(there.content(names[0])) == {"username", "password"}


@pytest.mark.parametrize("now", [True, False])
def test_purging_deletes_every_secret_that_the_run_made_also_unused_ones(handing_out, at_once, now):
    users = 12
    rehearsal, run, secrets = handing_out(users)
    lost = rehearsal.simulator.faults.add(Fault(FaultKind.DROP, operation=CREATE, after_effect=True))
    with pytest.raises(Stopped):
        rehearsal.apply(run)
    rehearsal.simulator.faults.remove(lost)
    rehearsal.resume(run)
    assert len(secrets.made()) == 2

    denied = rehearsal.simulator.faults.add(
        Fault(FaultKind.REFUSE, operation="DeleteSecret", first=2, code="AccessDeniedException")
    )
    with pytest.raises(Refused, match="secretsmanager:DeleteSecret"):
        purge_handout(run, CLOCK, at_once=now)
    assert len(opened_references(run)) == users, "what could not be deleted can still be found"
    rehearsal.simulator.faults.remove(denied)
    assert purge_handout(run, CLOCK, at_once=now).passwords == users
    assert secrets.made() == []
    marked = secrets.made(IncludePlannedDeletion=True)
    assert len(marked) == (0 if now else 2)
    with pytest.raises(Refused, match="was purged"):
        opened(run)


def test_a_secret_that_is_gone_or_another_user_s_is_told_and_nothing_is_written(handing_out):
    rehearsal, run, secrets = handing_out(3, per="user")
    rehearsal.apply(run)
    with closing(sqlite3.connect(run)) as file:
        file.execute("DROP TRIGGER handout_is_never_changed")
        file.execute("UPDATE handout SET sealed = (SELECT sealed FROM handout WHERE row = 2) WHERE row = 1")
        file.commit()
    with pytest.raises(InputError, match="row 1 is not in the secret"):
        opened(run)
    for secret in secrets.made():
        secrets.aws.delete_secret(SecretId=secret["ARN"], ForceDeleteWithoutRecovery=True)
    with pytest.raises(Refused, match="it was deleted, or is in another account or region"):
        opened(run)
    assert not run.with_suffix(".csv").exists()


def test_the_policy_holds_what_storing_and_opening_take_and_no_more(handing_out):
    rehearsal, run, _ = handing_out(3, tags={"team": "desk"}, kms_key="alias/hand-outs")
    calls = rehearsal.simulator.account.calls
    calls.clear()
    rehearsal.apply(run)
    stored = {name for name in calls if "Secret" in name}
    calls.clear()
    opened(run)
    read = {name for name in calls if "Secret" in name}

    key = {
        "Resource": "*",
        "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/hand-outs"}},
    }
    secret = {"Resource": f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{PREFIX}/*"}
    applying = statements(rehearsal, Phase.APPLY)
    names = ["CreateSecret", "PutSecretValue", "TagResource"]
    assert secret | {"Action": [f"secretsmanager:{name}" for name in names]} in applying
    assert key | {"Action": ["kms:Decrypt", "kms:GenerateDataKey"]} in applying
    assert stored <= set(names)
    assert statements(rehearsal, Phase.HANDOUT) == [
        secret | {"Action": ["secretsmanager:GetSecretValue"]},
        key | {"Action": ["kms:Decrypt"]},
    ]
    assert read == {"GetSecretValue"}


def statements(rehearsal, phase):
    policy = iam_policy(rehearsal.desk.job_path, phase, "123456789012", CLOCK, only_needed=True)
    found = json.loads(as_json(policy))["Statement"]
    return [{name: one[name] for name in one if name not in ("Sid", "Effect")} for one in found]


def test_sealed_passwords_still_need_the_key(rehearse, tmp_path):
    recipient = make_key(tmp_path / "key.txt")
    rehearsal = rehearse(verified_users(2))
    run = rehearsal.plan(
        ["user-0000", "user-0001"], goal="temporary-password", handout={"recipients": [recipient]}
    )
    rehearsal.apply(run)
    with pytest.raises(InputError, match="name the file of your age key with --identity"):
        opened(run)
    open_handout(run, tmp_path / "key.txt", tmp_path / "passwords.csv")
    assert (tmp_path / "passwords.csv").stat().st_mode & 0o777 == 0o600
