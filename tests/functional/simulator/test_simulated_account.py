"""The services beside Cognito, as real clients see them, and how they are steered."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime

import pytest

from bulkreset.errors import InputError

ROLE = "arn:aws:iam::123456789012:role/operators"
USER_UPDATE = "L-6621E65D"


@pytest.fixture
def ask(simulator, connect):
    """Calls an operation of some service with a client of its own."""

    def ask(service, operation, **parameters):
        return getattr(connect(simulator, service), operation)(**parameters)

    return ask


@pytest.fixture
def steer(simulator):
    def steer(method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - the simulator's own address
            f"{simulator.endpoint_url}/_simulator/{path}", data, method=method
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            return json.load(answer)

    return steer


def test_the_pool_tells_its_arn_and_its_sender(simulator, client):
    ses = {"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/x"}
    pool_id = simulator.create_pool(config={"EmailConfiguration": ses})
    described = client.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    assert described["Arn"] == f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool_id}"
    assert described["EmailConfiguration"] == ses


@pytest.mark.parametrize(("limit", "sender"), [(None, "DEVELOPER"), (50, "COGNITO_DEFAULT")])
def test_a_pool_sends_with_ses_unless_the_simulator_limits_cognitos_own_sender(
    client, simulator, limit, sender
):
    simulator.outbox.daily_email_limit = limit
    pool = simulator.create_pool(pool_id="us-east-1_Sender001")
    described = client.describe_user_pool(UserPoolId=pool)["UserPool"]
    assert described["EmailConfiguration"]["EmailSendingAccount"] == sender


def test_service_quotas_tells_the_quotas_that_the_simulator_keeps(simulator, ask):
    simulator.quotas.set_rate("UserUpdate", 40)
    told = ask("service-quotas", "get_service_quota", ServiceCode="cognito-idp", QuotaCode=USER_UPDATE)
    assert (told["Quota"]["Value"], told["Quota"]["Adjustable"]) == (40, False)
    by_default = ask(
        "service-quotas", "get_aws_default_service_quota", ServiceCode="cognito-idp", QuotaCode=USER_UPDATE
    )
    assert by_default["Quota"]["Value"] == 25


@pytest.mark.parametrize("asked", [("cognito-idp", "L-00000000"), ("lambda", USER_UPDATE)])
def test_quotas_of_others_are_unknown(simulator, connect, refusal, asked):
    simulator.quotas.set_rate("UserUpdate", 40)
    call = connect(simulator, "service-quotas").get_service_quota
    assert refusal(call, ServiceCode=asked[0], QuotaCode=asked[1])[0] == "NoSuchResourceException"


def test_only_adjustable_categories_have_a_provisioned_limit(simulator, client, refusal):
    simulator.quotas.set_rate("UserRead", 120)
    simulator.quotas.set_rate("UserUpdate", 25)

    def definition(category):
        return {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}}

    limit = client.get_provisioned_limit(LimitDefinition=definition("UserRead"))["Limit"]
    assert limit["ProvisionedLimitValue"] == limit["FreeLimitValue"] == 120
    code, _ = refusal(client.get_provisioned_limit, LimitDefinition=definition("UserUpdate"))
    assert code == "InvalidParameterException"


def test_everything_can_be_set_over_http(simulator, steer, ask):
    steer("POST", "account", {"email": {"max_24_hour_send": 200, "production": False}})
    steer("POST", "account", {"texts": {"monthly_spend_limit": 1.5, "sandbox": True}})
    assert steer("GET", "account")["email"]["max_24_hour_send"] == 200
    email = ask("sesv2", "get_account")
    assert email["SendQuota"] == {"Max24HourSend": 200, "MaxSendRate": 1000, "SentLast24Hours": 0}
    assert (email["ProductionAccessEnabled"], email["SendingEnabled"]) == (False, True)
    assert ask("sns", "get_sms_attributes")["attributes"] == {"MonthlySpendLimit": "1.5"}
    assert ask("sns", "get_sms_sandbox_account_status")["IsInSandbox"] is True
    assert steer("GET", "account")["calls"] == {
        "GetAccount": 1,
        "GetSMSAttributes": 1,
        "GetSMSSandboxAccountStatus": 1,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"emails": {}},
        {"email": {"max": 1}},
        {"email": 3},
        {"calls": {}},
        {"as_json": {}},
        {"texts": {"sandbox": True}, "traffic": []},
    ],
)
def test_what_does_not_exist_cannot_be_set_and_nothing_changes(simulator, steer, wrong):
    before = simulator.account.as_json()
    with pytest.raises(InputError):
        simulator.account.change(wrong)
    with pytest.raises(urllib.error.HTTPError) as caught:
        steer("POST", "account", wrong)
    assert caught.value.code == 400
    caught.value.close()
    assert simulator.account.as_json() == before


@pytest.mark.parametrize(
    ("service", "operation", "method", "parameters"),
    [
        ("sts", "GetCallerIdentity", "get_caller_identity", {}),
        ("sts", "AssumeRole", "assume_role", {"RoleArn": ROLE, "RoleSessionName": "session"}),
        ("sns", "GetSMSAttributes", "get_sms_attributes", {}),
        ("sesv2", "GetAccount", "get_account", {}),
        (
            "service-quotas",
            "GetServiceQuota",
            "get_service_quota",
            {"ServiceCode": "cognito-idp", "QuotaCode": USER_UPDATE},
        ),
        (
            "cognito-idp",
            "GetProvisionedLimit",
            "get_provisioned_limit",
            {"LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"Category": "UserRead"}}},
        ),
    ],
)
def test_any_operation_can_be_refused_in_its_own_protocol(
    simulator, connect, refusal, steer, service, operation, method, parameters
):
    steer("POST", "account", {"refused": {operation: "AccessDeniedException"}})
    call = getattr(connect(simulator, service), method)
    assert refusal(call, **parameters)[0] == "AccessDeniedException"


def test_traffic_is_told_of_full_periods_of_the_last_hour(simulator, ask):
    simulator.account.traffic["UserUpdate"] = 2.0
    now = datetime.now(UTC).timestamp()
    ends_at = now // 300 * 300

    def told(category, **more_dimensions):
        dimensions = {"Service": "Cognito user pool", "Type": "API", "Resource": category, **more_dimensions}
        metric = {
            "Namespace": "AWS/Usage",
            "MetricName": "CallCount",
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
        }
        (result,) = ask(
            "cloudwatch",
            "get_metric_data",
            MetricDataQueries=[
                {"Id": "a", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Sum"}},
            ],
            StartTime=datetime.fromtimestamp(ends_at - 900, UTC),
            EndTime=datetime.fromtimestamp(ends_at + 600, UTC),
        )["MetricDataResults"]
        return result

    result = told("UserUpdate")
    assert result["Values"] == [600.0] * 3
    assert [at.timestamp() for at in result["Timestamps"]] == [ends_at - 300, ends_at - 600, ends_at - 900]
    assert told("UserList")["Values"] == []
    assert told("UserUpdate", Class="None")["Values"] == []


def test_what_is_asked_of_the_account_uses_up_no_quota_of_the_pools(simulator, ask):
    ask("sts", "get_caller_identity")
    assert not simulator.counters.all_calls()
    assert simulator.account.calls == {"GetCallerIdentity": 1}
