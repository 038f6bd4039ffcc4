"""What is learnt of an account: from the simulated one over HTTP, and from endpoints that know of none."""

from __future__ import annotations

import http.server
import json
import threading
import time
from types import SimpleNamespace

import factories
import pytest
from moto.server import ThreadedMotoServer

from bulkreset.account import Caller, Medium, Quota
from bulkreset.clock import SystemClock
from bulkreset.cognito.account.asking import Unreadable
from bulkreset.cognito.account.identity import caller_of
from bulkreset.cognito.account.live_traffic import LiveTraffic, Traffic
from bulkreset.cognito.account.messages import message_limits
from bulkreset.cognito.account.quotas import account_quotas
from bulkreset.cognito.client import CognitoClient
from bulkreset.cognito.session import Aws
from bulkreset.rates.quota_codes import ADJUSTABLE, QUOTA_CODES
from bulkreset.rates.quotas import DOCUMENTED_RATES
from bulkreset.settings.environment import Environment
from bulkreset.settings.message_budget import MessageBudget
from bulkreset.simulator import SeedUser, Simulator

POOL_ID = "us-east-1_AbCdEf123"
NOTHING_STATED = MessageBudget()
COGNITO = "COGNITO_DEFAULT"
MIDDLE_OF_A_PERIOD = 1_800_000_000.0 + 140
LAST_FULL_PERIOD = 1_800_000_000.0 - 300


@pytest.fixture
def simulator():
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def account(simulator):
    return simulator.account


def environment(url):
    return Environment(pool_id=POOL_ID, endpoint_url=url)


@pytest.fixture
def aws(simulator):
    return Aws(environment(simulator.endpoint_url), SystemClock())


@pytest.fixture
def limit(aws):
    """The limit of one medium for a pool with such settings."""

    def limit(medium, budget=NOTHING_STATED, **pool):
        (found,) = message_limits(factories.pool(**pool), [medium], budget, aws)
        return found

    return limit


def test_the_caller_is_whom_sts_names(aws):
    assert caller_of(aws) == Caller("123456789012", "arn:aws:sts::123456789012:user/moto")


def test_a_caller_whom_sts_does_not_tell_is_none(account, aws):
    account.refused["GetCallerIdentity"] = "AccessDenied"
    assert caller_of(aws) is None


def test_quotas_are_those_in_force(simulator, aws):
    simulator.quotas.set_rate("UserAccountRecovery", 45)
    quotas = account_quotas(["UserAccountRecovery", "UserUpdate"], aws)
    assert quotas == {
        "UserAccountRecovery": Quota(45, "Service Quotas"),
        "UserUpdate": Quota(25, "Service Quotas"),
    }


def test_every_category_has_a_quota_code_and_can_be_asked_for(aws):
    assert QUOTA_CODES.keys() == DOCUMENTED_RATES.keys()
    assert len(set(QUOTA_CODES.values())) == len(QUOTA_CODES)
    quotas = account_quotas(list(DOCUMENTED_RATES), aws)
    assert {name: quota.rate_per_second for name, quota in quotas.items()} == DOCUMENTED_RATES
    assert {name for name, quota in quotas.items() if quota.source == "GetProvisionedLimit"} == ADJUSTABLE


def test_no_categories_need_no_question(account, aws):
    assert account_quotas([], aws) == {}
    assert not account.calls


def test_what_is_provisioned_counts_and_not_how_much_could_be(simulator, account, aws):
    simulator.quotas.set_rate("UserRead", 500)
    account.provisioned["UserRead"] = 200
    assert account_quotas(["UserRead"], aws) == {"UserRead": Quota(200, "GetProvisionedLimit")}


def test_how_much_could_be_provisioned_is_not_taken_for_what_is(simulator, account, aws):
    simulator.quotas.set_rate("UserRead", 500)
    account.refused["GetProvisionedLimit"] = "NotAuthorizedException"
    quota = account_quotas(["UserRead"], aws)["UserRead"]
    assert quota.rate_per_second == 120
    assert quota.source.startswith("documented default; GetProvisionedLimit: NotAuthorizedException; ")
    assert "500" in quota.source


def test_an_adjustable_quota_below_the_documented_one_is_believed(simulator, account, aws):
    simulator.quotas.set_rate("UserRead", 90)
    account.refused["GetProvisionedLimit"] = "NotAuthorizedException"
    assert account_quotas(["UserRead"], aws)["UserRead"] == Quota(90, "Service Quotas")


def test_a_category_that_service_quotas_does_not_list_has_the_default_by_aws(simulator, aws):
    simulator.quotas.set_rate("UserUpdate", None)
    assert account_quotas(["UserUpdate"], aws)["UserUpdate"] == Quota(25, "AWS default by Service Quotas")


def test_where_service_quotas_is_denied_the_documented_defaults_hold_and_it_is_asked_once(account, aws):
    account.refused |= dict.fromkeys(
        ["GetServiceQuota", "GetAWSDefaultServiceQuota"], "AccessDeniedException"
    )
    denied = "documented default; Service Quotas: AccessDeniedException"
    categories = ["UserAccountRecovery", "UserUpdate", "UserList"]
    assert account_quotas(categories, aws) == {
        "UserAccountRecovery": Quota(30, denied),
        "UserUpdate": Quota(25, denied),
        "UserList": Quota(30, denied),
    }
    assert account.calls == {"GetServiceQuota": 1, "GetAWSDefaultServiceQuota": 1}


@pytest.mark.parametrize("rate", [0, -1])
def test_a_quota_that_cannot_be_one_is_not_believed(simulator, account, aws, rate):
    simulator.quotas.set_rate("UserUpdate", rate)
    account.refused["GetAWSDefaultServiceQuota"] = "AccessDeniedException"
    quota = account_quotas(["UserUpdate"], aws)["UserUpdate"]
    assert quota == Quota(25, "documented default; Service Quotas: no usable rate")


def test_cognitos_own_sender_may_send_fifty_a_day_from_nine(limit, account):
    email = limit(Medium.EMAIL, email_sender=COGNITO)
    assert (email.per_day, email.renewed_at_hour, email.sent_today) == (50, 9, None)
    assert email.source == "Cognito's own sender: 50 a day per account"
    assert not account.calls, "there is nobody to ask"


def test_ses_tells_its_quota_and_what_was_sent(limit, account):
    account.change({"email": {"max_24_hour_send": 50_000, "max_send_rate": 14, "sent_last_24_hours": 120}})
    email = limit(Medium.EMAIL, email_region="eu-west-1")
    assert (email.per_day, email.per_second, email.sent_today) == (50_000, 14, 120)
    assert email.source == "SES in eu-west-1"
    assert (email.refusal, email.warnings) == ("", ())


def test_what_pools_sent_by_ses_counts_as_sent(simulator, aws):
    people = [SeedUser("ada", email="ada@example.com", email_verified=True)]
    for pool_id, sender in ((POOL_ID, "DEVELOPER"), ("us-east-1_AbCdEf124", COGNITO)):
        simulator.create_pool(people, pool_id=pool_id, email_sender=sender)
        aws.client("cognito-idp").admin_reset_user_password(UserPoolId=pool_id, Username="ada")
    assert len(simulator.outbox) == 2
    (email,) = message_limits(factories.pool(), [Medium.EMAIL], NOTHING_STATED, aws)
    assert email.sent_today == 1


def test_ses_without_a_limit_has_none(limit, account):
    account.email.max_24_hour_send = -1
    assert limit(Medium.EMAIL).per_day is None


@pytest.mark.parametrize(
    ("settings", "refused"),
    [({"enabled": False}, "paused"), ({"enforcement": "SHUTDOWN"}, "shut down")],
)
def test_ses_that_would_deliver_nothing_refuses(limit, account, settings, refused):
    account.change({"email": settings})
    assert refused in limit(Medium.EMAIL).refusal


@pytest.mark.parametrize(
    ("settings", "warned"),
    [({"production": False}, "sandbox"), ({"enforcement": "PROBATION"}, "probation")],
)
def test_ses_that_delivers_with_reservations_warns(limit, account, settings, warned):
    account.change({"email": settings})
    email = limit(Medium.EMAIL)
    assert email.refusal == ""
    assert [warned in warning for warning in email.warnings] == [True]


def test_a_limit_that_ses_does_not_tell_is_not_known_and_the_plan_says_so(limit, account):
    account.refused["GetAccount"] = "AccessDeniedException"
    email = limit(Medium.EMAIL)
    assert (email.per_day, email.per_second, email.sent_today) == (None, None, None)
    assert "AccessDeniedException" in email.warnings[0]


def test_a_pool_that_does_not_tell_its_sender_has_no_known_limit(limit, account):
    email = limit(Medium.EMAIL, email_sender="")
    assert (email.per_day, email.source) == (None, "the pool does not tell its sender")
    assert not account.calls


def test_text_messages_have_a_limit_in_money(limit, account):
    account.change({"texts": {"monthly_spend_limit": 1, "sandbox": True}})
    texts = limit(Medium.SMS, sms_region="eu-west-1")
    assert (texts.per_day, texts.source) == (None, "SNS in eu-west-1")
    assert "1 USD a month" in texts.warnings[0]
    assert "verified numbers only" in texts.warnings[1]


def test_sns_that_tells_nothing_is_warned_of(limit, account):
    account.refused["GetSMSAttributes"] = "AuthorizationError"
    (warning,) = limit(Medium.SMS).warnings
    assert "AuthorizationError" in warning


@pytest.mark.parametrize("sender", [COGNITO, "DEVELOPER", ""])
def test_what_the_environment_states_counts_for_more(limit, sender):
    stated = MessageBudget(email_per_day=700, email_per_second=3, sms_per_day=9)
    email = limit(Medium.EMAIL, stated, email_sender=sender)
    assert (email.per_day, email.per_second, email.source) == (700, 3, "environment")
    texts = limit(Medium.SMS, stated)
    assert (texts.per_day, texts.source) == (9, "environment")


def test_what_the_environment_leaves_out_is_still_asked_for(limit, account):
    account.email.max_24_hour_send = 200
    email = limit(Medium.EMAIL, MessageBudget(email_per_second=2))
    assert (email.per_day, email.per_second) == (200, 2)
    assert email.source == "environment; SES in us-east-1"


def test_what_the_environment_states_does_not_hide_that_ses_is_shut_down(limit, account):
    account.email.enforcement = "SHUTDOWN"
    assert limit(Medium.EMAIL, MessageBudget(email_per_day=700, email_per_second=3)).refusal


def test_only_the_media_in_use_are_asked_about(account, aws):
    limits = message_limits(factories.pool(), [Medium.SMS, Medium.EMAIL, Medium.SMS], NOTHING_STATED, aws)
    assert [limit.medium for limit in limits] == [Medium.EMAIL, Medium.SMS]
    account.calls.clear()
    assert message_limits(factories.pool(), [], NOTHING_STATED, aws) == ()
    assert not account.calls


def test_live_traffic_is_that_of_the_latest_full_five_minutes():
    clock = SimpleNamespace(now=lambda: MIDDLE_OF_A_PERIOD, monotonic=lambda: 0.0)
    with Simulator(clock=clock) as simulator:
        simulator.account.traffic |= {"UserAccountRecovery": 12.5, "UserUpdate": 0}
        live = LiveTraffic(Aws(environment(simulator.endpoint_url), SystemClock()))
        latest = live.latest(["UserAccountRecovery", "UserUpdate", "UserList"], MIDDLE_OF_A_PERIOD)
    assert latest == {
        "UserAccountRecovery": Traffic(12.5, LAST_FULL_PERIOD),
        "UserUpdate": Traffic(0, LAST_FULL_PERIOD),
    }


def test_live_traffic_that_cannot_be_read_is_not_invented(account, aws):
    account.refused["GetMetricData"] = "AccessDenied"
    with pytest.raises(Unreadable, match="AccessDenied"):
        LiveTraffic(aws).latest(["UserList"], time.time())


def test_what_is_asked_of_the_account_is_no_call_of_the_run(simulator):
    simulator.create_pool(pool_id=POOL_ID)
    client = CognitoClient(environment(simulator.endpoint_url), SystemClock())
    caller_of(client.services)
    account_quotas(list(DOCUMENTED_RATES), client.services)
    assert not client.calls
    assert not simulator.counters.all_calls()


def test_questions_are_asked_once_and_say_who_asks(account, aws):
    account.refused["GetAccount"] = "TooManyRequestsException"
    message_limits(factories.pool(), [Medium.EMAIL], NOTHING_STATED, aws)
    assert account.calls == {"GetAccount": 1}
    assert aws.client("sesv2").meta.config.user_agent.startswith("bulkreset/")
    assert aws.client("sesv2") is aws.client("sesv2")


class Elsewhere(http.server.ThreadingHTTPServer):
    """Some other service: answers everything with `status` and `page`."""

    daemon_threads = True
    status, page = 200, b""


class Handler(http.server.BaseHTTPRequestHandler):
    server: Elsewhere

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.page)))
        self.end_headers()
        self.wfile.write(self.server.page)

    do_GET = do_POST = answer  # noqa: N815 - the base class's names

    def log_message(self, format, *args):  # noqa: A002 - the base class's signature
        """Says nothing."""


def nothing_is_readable(url):
    """Asks everything there is to ask; fails unless each answer is that it is not known."""
    began = time.monotonic()
    aws = Aws(environment(url), SystemClock())
    caller = caller_of(aws)
    quotas = account_quotas(["UserRead", "UserAccountRecovery", "UserUpdate", "UserList"], aws)
    assert {name: quota.rate_per_second for name, quota in quotas.items()} == {
        name: DOCUMENTED_RATES[name] for name in quotas
    }
    assert all(quota.source.startswith("documented default; ") for quota in quotas.values())
    email, texts = message_limits(factories.pool(), list(Medium), NOTHING_STATED, aws)
    assert (email.per_day, email.per_second, texts.per_day) == (None, None, None)
    assert email.warnings
    assert texts.warnings
    with pytest.raises(Unreadable):
        LiveTraffic(aws).latest(["UserList"], time.time())
    return caller, time.monotonic() - began


PAGES = {
    "nothing": b"",
    "a page": b"<html><body>Hello</body></html>",
    "an empty object": b"{}",
    "a list": b"[1]",
    "a string": b'"no"',
    "half an answer": b'{"Quota": {"Value": "many"}, "SendQuota": 3, "Limit": null, "MetricDataResults": 1}',
    "an error": json.dumps({"__type": "UnknownOperationException", "message": "?"}).encode(),
}


@pytest.mark.parametrize("status", [200, 404, 500, 501])
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_an_endpoint_that_knows_no_account_leaves_everything_unknown_at_once(status, page):
    with Elsewhere(("127.0.0.1", 0), Handler) as server:
        server.status, server.page = status, page
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        caller, seconds = nothing_is_readable(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert caller is None
    assert seconds < 5, "no wait for any timeout"


def test_where_nobody_listens_everything_is_unknown_at_once():
    caller, seconds = nothing_is_readable("http://127.0.0.1:9")
    assert caller is None
    assert seconds < 5, "no wait for any timeout"


def test_plain_moto_tells_what_it_knows():
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        _, port = server.get_host_and_port()
        aws = Aws(environment(f"http://127.0.0.1:{port}"), SystemClock())
        assert caller_of(aws) == Caller("123456789012", "arn:aws:sts::123456789012:user/moto")
        quota = account_quotas(["UserAccountRecovery"], aws)["UserAccountRecovery"]
        assert quota.rate_per_second == 30
        assert quota.source.startswith("documented default; Service Quotas: ")
        email, texts = message_limits(factories.pool(), list(Medium), NOTHING_STATED, aws)
        assert (email.per_day, texts.per_day) == (None, None)
        assert "cannot be read" in email.warnings[0]
        assert "cannot be read" in texts.warnings[0]
        assert LiveTraffic(aws).latest(["UserList"], time.time()) == {}
    finally:
        server.stop()
