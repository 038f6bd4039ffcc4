"""Preflight as a part of plan and apply, and what it reads over HTTP."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from command import verified_users

from bulkreset.cli.findings_text import titles_text
from bulkreset.clock import SystemClock
from bulkreset.cognito.app_clients import app_clients
from bulkreset.cognito.replicas import Replicas, replicas
from bulkreset.errors import Refused
from bulkreset.flow.doctor import diagnose
from bulkreset.flow.preflight import CLIENTS_OF_A_PLAN
from bulkreset.flow.report import reading, write_report
from bulkreset.preflight.facts import PoolSettings, Unread
from bulkreset.rates.quotas import RATES_PER_POOL
from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

CLOCK = SystemClock()
SENDER = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
BY_SES = {
    "recovery": ["verified_email"],
    "config": {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": SENDER}},
}
KEY = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
WEB = {
    "ClientName": "web",
    "GenerateSecret": True,
    "AccessTokenValidity": 90,
    "TokenValidityUnits": {"AccessToken": "minutes"},
}
NAMES = [user.username for user in verified_users(3)]


def found(run):
    with reading(run) as reader:
        return reader.meta("findings")


def titles(run):
    """What `show` says of preflight."""
    with reading(run) as reader:
        return list(titles_text(reader))


def checks_of(findings, severity):
    return [finding["check"] for finding in findings if finding["severity"] == severity]


def test_a_problem_keeps_a_plan_from_being_made_and_from_being_applied(rehearse):
    night = rehearse(verified_users(3), pool=BY_SES)
    run = night.plan(NAMES)
    assert checks_of(found(run), "problem") == []

    night.simulator.account.change({"email": {"identities": {"example.com": False}}})
    with pytest.raises(Refused, match="its identity is not verified"):
        night.plan(NAMES)
    with pytest.raises(Refused, match="preflight found one problem"):
        night.apply(run)
    assert len(list(night.desk.folder.glob("*.run"))) == 1, "no run file is left of the plan"
    assert night.simulator.counters.calls("AdminResetUserPassword") == 0
    assert checks_of(found(run), "problem") == ["email"], "and the run file says why"

    night.simulator.account.change({"email": {"identities": None}})
    assert night.resume(run)["outcomes"]["done"] == 3
    assert checks_of(found(run), "problem") == []


def test_a_goal_that_the_pool_refuses_is_refused_with_every_other_problem_before_users_are_read(rehearse):
    pool = {**BY_SES, "recovery": ["admin_only"], "replica_role": "SECONDARY"}
    pool["config"] = {**BY_SES["config"], "KeyConfiguration": {"KmsKeyArn": KEY}}
    night = rehearse(verified_users(3), pool=pool)
    with pytest.raises(Refused, match="2 problems") as refused:
        night.plan(NAMES)
    assert "admin_only" in str(refused.value)
    assert "secondary replica" in str(refused.value)
    assert night.simulator.counters.calls("ListUsers") == 0


def test_findings_are_in_the_report_and_none_of_them_in_a_plan_from_a_snapshot(rehearse, tmp_path):
    night = rehearse(verified_users(3), pool=BY_SES)
    run = night.plan(NAMES)
    write_report(run, "json", tmp_path / "report.json")
    told = json.loads((tmp_path / "report.json").read_text("utf-8"))["findings"]
    assert told == found(run)
    assert [f"  {one['severity']:<8}{one['title']}" for one in told] == titles(run)[1:-1]
    assert set(told[0]) == {"check", "severity", "title", "meaning", "advice"}

    night.take_snapshot(tmp_path / "pool.parquet")
    saved = night.plan(NAMES, snapshot=tmp_path / "pool.parquet")
    assert found(saved) is None
    assert titles(saved) == [
        "preflight: a plan from a snapshot asks nobody; `apply` looks before its first change"
    ]
    night.apply(saved)
    assert found(saved), "apply has looked"


def test_secrets_of_app_clients_are_left_in_the_answer(rehearse, caplog):
    night = rehearse(verified_users(1), pool={**BY_SES, "clients": [WEB]})
    (secret,) = night.simulator.client_secrets(DEMO_POOL_ID)
    read, unread = app_clients(night.directory(), 5)
    assert unread == ()
    assert secret not in json.dumps([asdict(client) for client in read.described], default=list)
    run = night.plan(NAMES[:1])
    night.apply(run)
    assert secret.encode() not in run.read_bytes()
    assert secret not in caplog.text


def test_app_clients_are_described_up_to_a_limit_and_the_others_are_counted(rehearse):
    many = [WEB | {"ClientName": f"app-{number}"} for number in range(CLIENTS_OF_A_PLAN + 3)]
    night = rehearse(verified_users(1), pool={**BY_SES, "clients": many})
    run = night.plan(NAMES[:1])
    assert night.simulator.counters.calls("DescribeUserPoolClient") == CLIENTS_OF_A_PLAN
    assert night.simulator.counters.busiest_second("DescribeUserPoolClient") <= (
        RATES_PER_POOL["UserPoolClientRead"] + 1
    )
    titles = [finding["title"] for finding in found(run)]
    assert f"{CLIENTS_OF_A_PLAN} app clients were looked at, and there are 3 more" in titles


def test_lifetimes_are_read_in_their_units(rehearse):
    night = rehearse(pool={"clients": [WEB]})
    read, _ = app_clients(night.directory(), 1)
    (client,) = read.described
    assert (client.access_seconds, client.id_seconds, client.refresh_seconds) == (5_400, 3_600, 2_592_000)
    assert client.revokes_tokens
    assert "ALLOW_USER_SRP_AUTH" in client.flows


@pytest.mark.parametrize("kind", [FaultKind.DROP, FaultKind.ACCESS_DENIED, FaultKind.SERVER_ERROR])
def test_app_clients_that_cannot_be_read_keep_nobody_from_planning(rehearse, kind):
    night = rehearse(verified_users(1), pool={**BY_SES, "clients": [WEB]})
    night.simulator.faults.add(Fault(kind, operation="DescribeUserPoolClient"))
    run = night.plan(NAMES[:1])
    titles = [finding["title"] for finding in found(run)]
    assert any(title.startswith("the app clients were not looked at: ") for title in titles)


def test_replicas_are_asked_for_only_where_the_key_allows_them(rehearse):
    night = rehearse(pool={"replica_role": "PRIMARY"})
    directory = night.directory()
    assert replicas(directory, PoolSettings(), "us-east-1") == Replicas()
    assert night.simulator.counters.calls("ListUserPoolReplicas") == 0
    assert replicas(directory, PoolSettings(key_arn=KEY), "us-east-1") == Replicas(
        "PRIMARY", ("eu-central-1",)
    )
    night.simulator.faults.add(Fault(FaultKind.ACCESS_DENIED, operation="ListUserPoolReplicas"))
    assert isinstance(replicas(directory, PoolSettings(key_arn=KEY), "us-east-1"), Unread)


def test_doctor_tries_reads_without_billing_anybody(rehearse):
    night = rehearse(verified_users(3), pool=BY_SES)
    job = night.desk.job(NAMES, read="get")
    diagnosis = diagnose(job, None, CLOCK)
    assert diagnosis.facts.tried == (
        "cognito-idp:DescribeUserPool",
        "cognito-idp:ListUsers",
        "cognito-idp:AdminGetUser",
    )
    assert not any(night.simulator.counters.effects("AdminGetUser", name) for name in NAMES)
    night.simulator.faults.add(Fault(FaultKind.ACCESS_DENIED, operation="AdminGetUser"))
    denied = diagnose(job, None, CLOCK)
    assert "cognito-idp:AdminGetUser is not permitted" in [finding.title for finding in denied.findings]


def test_an_endpoint_that_is_not_there_is_a_problem_and_no_error(rehearse):
    night = rehearse(verified_users(1))
    night.environment(endpoint_url="http://127.0.0.1:9")
    diagnosis = diagnose(night.desk.job(NAMES[:1]), None, CLOCK)
    problems = (finding.title for finding in diagnosis.findings if finding.severity == "problem")
    assert next(problems) == ("the pool cannot be read: no answer")
