"""The policy that `iam-policy` prints, against the calls that a whole run really makes."""

from __future__ import annotations

import json

import pytest
from command import verified_users

from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind, SeedUser

ACCOUNT = "123456789012"
POOL_ARN = f"arn:aws:cognito-idp:us-east-1:{ACCOUNT}:userpool/us-east-1_Simulated1"
SENDER = f"arn:aws:ses:us-east-1:{ACCOUNT}:identity/example.com"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/mrk-1234abcd12ab34cd56ef1234567890ab"
ALLOWED_TO_EVERYBODY = {"GetCallerIdentity"}
SERVICES = {
    "ses": {"GetAccount", "GetEmailIdentity"},
    "sns": {"GetSMSAttributes", "GetSMSSandboxAccountStatus"},
    "servicequotas": {"GetServiceQuota", "GetAWSDefaultServiceQuota"},
    "events": {"PutEvents"},
}
POOL = {
    "recovery": ["verified_email", "verified_phone_number"],
    "config": {
        "EmailConfiguration": {
            "EmailSendingAccount": "DEVELOPER",
            "SourceArn": SENDER,
            "From": "accounts@example.com",
        },
        "SmsConfiguration": {"SnsCallerArn": f"arn:aws:iam::{ACCOUNT}:role/sms", "SnsRegion": "us-east-1"},
        "KeyConfiguration": {"KmsKeyArn": KEY},
    },
    "replica_role": "PRIMARY",
    "clients": [{"ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"]}],
}

UNSTATED = {"quotas": {"share": 1.0}, "notify": {"targets": [{"event_bus": "default"}]}}
"""An environment that leaves it to AWS to tell the quotas, and has a bus told how a run goes."""
BUS_ARN = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/default"


def people():
    """One whom every step of the job is for, and one whom a text message reaches."""
    return [
        *verified_users(3),
        SeedUser("unproven", email="unproven@example.com"),
        SeedUser("out", enabled=False, email="out@example.com", email_verified=True),
        SeedUser("by-phone", phone_number="+15550000001", phone_number_verified=True),
    ]


def allowed(command, phase):
    printed = command("iam-policy", "job.yaml", "--for", phase, "--account", ACCOUNT)
    assert printed.code == 0, printed.err
    statements = json.loads(printed.out)["Statement"]
    buses = {BUS_ARN} if phase in ("apply", "followup") else set()
    everywhere = {"*"} if phase != "followup" else set()
    assert {one["Resource"] for one in statements} == {POOL_ARN} | everywhere | buses
    return {action for one in statements for action in one["Action"]}


def called(simulator):
    """The calls made so far as IAM names them; forgotten hereby."""
    others = {
        f"{service}:{name}"
        for name in simulator.account.calls.keys() - ALLOWED_TO_EVERYBODY
        for service in [next((key for key, names in SERVICES.items() if name in names), "cognito-idp")]
    }
    made = others | {f"cognito-idp:{name}" for name in simulator.counters.all_calls()}
    simulator.counters.clear()
    simulator.account.calls.clear()
    return made


def test_the_policy_holds_every_call_of_a_run_and_no_other(scene):
    policy = {"unverified": "verify-email", "disabled": "enable-first"}
    simulator, _, command = scene(people(), pool=POOL, job={"policy": policy}, environment=UNSTATED)
    # A quota that was never changed is known as the default alone.
    simulator.account.refused = {"GetServiceQuota": "NoSuchResourceException"}
    for_plan, for_apply = allowed(command, "plan"), allowed(command, "apply")
    called(simulator)

    digest = command.plan("a.run")
    assert called(simulator) == for_plan

    # One answer gets lost, so that its user has to be read back.
    simulator.faults.add(
        Fault(FaultKind.DROP, operation="AdminResetUserPassword", times=1, after_effect=True)
    )
    applied = command("apply", "a.run", "--confirm", digest, "--json")
    assert applied.code == 0, applied.err
    assert applied.status["outcomes"]["done"] == len(people())
    assert called(simulator) == for_apply

    for user in people():
        simulator.set_user(DEMO_POOL_ID, user.username, status="CONFIRMED")
    assert command("followup", "a.run").code == 0
    assert called(simulator) == allowed(command, "followup")


@pytest.mark.parametrize(
    ("goal", "operation"),
    [
        ("sign-out", "AdminUserGlobalSignOut"),
        ("disable", "AdminDisableUser"),
        ("enable", "AdminEnableUser"),
        ("verify-contact", "AdminUpdateUserAttributes"),
    ],
)
def test_a_goal_gets_its_own_call_and_nothing_that_sends(scene, goal, operation):
    _, _, command = scene([SeedUser("x")], job={"goal": goal})
    needed = command("iam-policy", "job.yaml", "--account", ACCOUNT, "--only-needed")
    (statement,) = json.loads(needed.out)["Statement"]
    assert statement["Action"] == sorted(
        ["cognito-idp:DescribeUserPool", "cognito-idp:ListUsers", f"cognito-idp:{operation}"]
    )


def test_what_single_rows_ask_for_is_in_the_policy(scene):
    _, desk, command = scene([SeedUser("x")], job={"goal": "sign-out"})
    (desk.folder / "users.csv").write_text("username,goal\nx,\ny,disable\n")
    printed = command("iam-policy", "job.yaml", "--account", ACCOUNT, "--format", "terraform")
    assert '"cognito-idp:AdminDisableUser",' in printed.out
    assert printed.out.startswith('data "aws_iam_policy_document" "bulkreset_apply" {\n')
    assert f'resources = ["{POOL_ARN}"]' in printed.out


def test_the_account_is_that_of_the_role_or_of_whoever_calls(scene):
    simulator, desk, command = scene([SeedUser("x")])
    assert ":123456789012:userpool/" in command("iam-policy", "job.yaml").out
    assert simulator.counters.all_calls() == {}
    desk.environment(credentials={"role_arn": "arn:aws:iam::210987654321:role/bulkreset"})
    assert ":210987654321:userpool/" in command("iam-policy", "job.yaml").out


def test_an_approver_may_sign_with_the_key_that_the_environment_names(scene):
    approval = {"required": 1, "kms_key": "alias/bulkreset"}
    _, _, command = scene([SeedUser("x")], environment={"approval": approval})
    (statement,) = json.loads(command("iam-policy", "job.yaml", "--for", "approve").out)["Statement"]
    assert statement["Action"] == ["kms:DescribeKey", "kms:Sign"]
    assert statement["Resource"] == "*"
    assert statement["Condition"] == {"StringEquals": {"kms:RequestAlias": "alias/bulkreset"}}
    applies = command("iam-policy", "job.yaml", "--for", "apply", "--only-needed").out
    assert '"kms:Verify"' in applies


def test_each_bus_that_is_told_is_named_and_a_run_can_do_without(scene):
    other = "arn:aws:events:us-east-1:210987654321:event-bus/security"
    targets = [{"event_bus": "default"}, {"event_bus": other}, {"event_bus": "default"}]
    _, _, command = scene([SeedUser("x")], environment={"notify": {"targets": targets}})
    printed = command("iam-policy", "job.yaml", "--account", ACCOUNT)
    told = [one for one in json.loads(printed.out)["Statement"] if one["Action"] == ["events:PutEvents"]]
    assert [(one["Sid"], one["Resource"]) for one in told] == [
        ("BulkresetApplyBus1Optional", BUS_ARN),
        ("BulkresetApplyBus2Optional", other),
    ]
    assert "events:" not in command("iam-policy", "job.yaml", "--account", ACCOUNT, "--only-needed").out


def test_bad_usage_is_told(scene):
    _, _, command = scene([SeedUser("x")])
    wrong = command("iam-policy", "job.yaml", "--account", "12")
    assert wrong.code == 2
    assert "12 digits" in wrong.err
    nothing = command("iam-policy", "job.yaml", "--for", "approve")
    assert nothing.code == 3
    assert "takes no permission" in nothing.err
