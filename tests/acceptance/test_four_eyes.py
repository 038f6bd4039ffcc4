"""A plan that somebody else has to approve: through the real command, with every way around it refused."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing

import boto3
import pytest
from command import until, verified_users
from edits import edited

from bulkreset.ledger.chain import event_hash

ACCOUNT = "123456789012"
ADA, BOB, EVE = "operators/ada", "operators/bob", "security/eve"


def keys_of(simulator, person, account=ACCOUNT):
    """The environment of a person: ROLE/SESSION of an account."""
    role, session = person.split("/")
    sts = boto3.client("sts", endpoint_url=simulator.endpoint_url, region_name="us-east-1")
    arn = f"arn:aws:iam::{account}:role/{role}"
    issued = sts.assume_role(RoleArn=arn, RoleSessionName=session)["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": issued["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": issued["SecretAccessKey"],
        "AWS_SESSION_TOKEN": issued["SessionToken"],
    }


class Team:
    """Persons with one folder between them, and a plan of ada's."""

    def __init__(self, simulator, desk, command):
        self.simulator, self.desk, self.command = simulator, desk, command
        self.digest = self.by(ADA).plan("a.run")

    def by(self, person, account=ACCOUNT):
        self.command.environ |= keys_of(self.simulator, person, account)
        return self.command

    def approve(self, person=BOB, *more, account=ACCOUNT):
        return self.by(person, account)("approve", "a.run", "--confirm", self.digest, *more)

    def apply(self, *more, digest=None):
        return self.by(ADA)("apply", "a.run", "--confirm", digest or self.digest, *more)

    @property
    def changes(self):
        """Calls that change users."""
        calls = self.simulator.counters.all_calls()
        return {name: count for name, count in calls.items() if not name.startswith(("Describe", "List"))}

    def signing_key(self, spec="ECC_NIST_P256"):
        kms = boto3.client("kms", endpoint_url=self.simulator.endpoint_url, region_name="us-east-1")
        return kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec=spec)["KeyMetadata"]["Arn"]


@pytest.fixture
def team(scene):
    def team(users=3, plan_max_age="7d", **approval):
        environment = {"approval": {"required": 1} | approval, "plan_max_age": plan_max_age}
        return Team(*scene(verified_users(users), environment=environment))

    return team


@pytest.fixture
def key_of(start):
    """A simulator's signing key, made before there is a plan; all simulators share KMS."""

    def key_of(spec="ECC_NIST_P256"):
        kms = boto3.client("kms", endpoint_url=start().endpoint_url, region_name="us-east-1")
        return kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec=spec)["KeyMetadata"]["Arn"]

    return key_of


def test_a_plan_runs_once_somebody_else_has_approved_it(team):
    team = team()
    early = team.apply()
    assert early.code == 3
    assert "0 of 1 approvals" in early.err
    assert "bulkreset approve a.run" in early.err
    assert team.changes == {}
    approved = team.approve(BOB, "--comment", "INC-4711, looked at 3 of 3")
    assert approved.code == 0, approved.err
    assert "1 of 1 approvals" in approved.out
    done = team.apply("--json")
    assert done.code == 0, done.err
    assert done.status["outcomes"]["done"] == 3
