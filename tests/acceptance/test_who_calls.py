"""Before the first call of an apply or resume: is it the account, the caller and the pool of the plan?"""

from __future__ import annotations

import boto3
import pytest
from command import verified_users

from bulkreset.simulator import DEMO_POOL_ID

RESET = "AdminResetUserPassword"


def keys_of(simulator, role):
    """The environment of somebody who has assumed a role of the simulated account."""
    sts = boto3.client("sts", endpoint_url=simulator.endpoint_url, region_name="us-east-1")
    issued = sts.assume_role(RoleArn=f"arn:aws:iam::{role}", RoleSessionName="tonight")["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": issued["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": issued["SecretAccessKey"],
        "AWS_SESSION_TOKEN": issued["SessionToken"],
    }


@pytest.fixture
def planned(scene):
    """A plan for three users, made as the scene's own caller."""
    users = verified_users(3)
    simulator, desk, command = scene(users)
    return simulator, desk, command, command.plan("a.run")


def test_another_caller_is_refused_before_any_call_unless_it_is_allowed(planned):
    simulator, _, command, digest = planned
    command.environ |= keys_of(simulator, "123456789012:role/somebody-else")
    refused = command("apply", "a.run", "--confirm", digest, "--json")
    assert refused.code == 3, refused.err
    assert "somebody-else" in refused.err
    assert "--other-caller" in refused.err
    assert simulator.counters.calls(RESET) == 0

    allowed = command("apply", "a.run", "--confirm", digest, "--other-caller", "--json")
    assert allowed.code == 0, allowed.err
    arns = [event["caller"] for event in command.report("a.run")["events"] if event["event"] == "taken-up"]
    assert any("somebody-else" in arn for arn in arns), "and it is written down"


def test_credentials_of_another_account_are_refused_before_any_call(planned):
    simulator, _, command, digest = planned
    command.environ |= keys_of(simulator, "999999999999:role/operator")
    refused = command("apply", "a.run", "--confirm", digest, "--json")
    assert refused.code == 3, refused.err
    assert simulator.counters.calls(RESET) == 0


def test_a_new_session_of_the_same_role_is_the_same_caller(scene):
    users = verified_users(3)
    simulator, _, command = scene(users)
    command.environ |= keys_of(simulator, "123456789012:role/operator")
    digest = command.plan("a.run")
    command.environ |= keys_of(simulator, "123456789012:role/operator")
    assert command("apply", "a.run", "--confirm", digest).code == 0


def test_a_pool_that_recovers_otherwise_than_planned_is_refused(planned):
    simulator, _, command, digest = planned
    pools = boto3.client("cognito-idp", endpoint_url=simulator.endpoint_url, region_name="us-east-1")
    pools.update_user_pool(
        UserPoolId=DEMO_POOL_ID,
        AccountRecoverySetting={"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]},
    )
    refused = command("apply", "a.run", "--confirm", digest, "--json")
    assert refused.code == 3, refused.err
    assert "settings changed since the plan" in refused.err
    assert "admin_only" in refused.err
    assert simulator.counters.calls(RESET) == 0
