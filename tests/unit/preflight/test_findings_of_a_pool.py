"""Each check by itself: facts in, findings out."""

from __future__ import annotations

from dataclasses import replace

import factories
import pytest

from bulkreset.account import Caller, Medium, MessageLimit, Quota
from bulkreset.cognito.account.email import COGNITO_SENDER
from bulkreset.errors import Refused
from bulkreset.goals.registry import goals
from bulkreset.planning.summary import Estimate
from bulkreset.preflight.base import Severity
from bulkreset.preflight.facts import AppClient, AppClients, Facts, Identity, PoolSettings, Unread
from bulkreset.preflight.findings import (
    find,
    findings_from_json,
    findings_json,
    problems,
    refuse_problems,
)
from bulkreset.preflight.registry import checks
from bulkreset.preflight.terms import JobTerms, planned_terms, possible_terms

ARN = f"arn:aws:cognito-idp:us-east-1:123456789012:userpool/{factories.POOL_ID}"
SENDER = "arn:aws:ses:eu-west-1:123456789012:identity/example.com"
ADMIN = Caller("123456789012", "arn:aws:iam::123456789012:role/security")
HOUR, DAY = 3_600, 86_400
RESETTING = frozenset({"reset-password", "sign-out"})


def client(name="web", **changes):
    values = {
        "client_id": f"id-of-{name}",
        "name": name,
        "flows": frozenset({"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}),
        "hides_existence": False,
        "revokes_tokens": True,
        "access_seconds": HOUR,
        "id_seconds": HOUR,
        "refresh_seconds": 30 * DAY,
        "has_managed_login": True,
    }
    return AppClient(**values | changes)


def terms(actions=RESETTING, messages=None, goal="force-reset", **policy):
    given = {Medium.EMAIL: 3} if messages is None else messages
    return JobTerms(goals()[goal], factories.policy(goal, **policy), frozenset(actions), given)


def facts(pool=None, settings=None, **changes):
    """A pool in which nothing is wrong."""
    described = factories.pool(**{"arn": ARN, **(pool or {})})
    usual = {"deletion_protection": True, "sms_path": "sns", "has_email_text": True}
    sound = PoolSettings(**usual | (settings or {}))
    values = {
        "region": "us-east-1",
        "pool": described,
        "settings": sound,
        "caller": ADMIN,
        "clients": AppClients((client(),)),
    }
    return Facts(**values | changes)


def told(check, about, job=None):
    """Severity and title of what one check finds."""
    (one,) = (known for known in checks() if known.name == check)
    return [(str(finding.severity), finding.title) for finding in one.findings(about, job or terms())]


def only(check, about, job=None):
    (found,) = told(check, about, job)
    return found


def test_a_sound_pool_has_no_problem_and_no_warning():
    assert {finding.severity for finding in find(facts(), terms())} == {Severity.NOTE}


def test_every_check_is_named_like_its_file_and_says_where_its_knowledge_is_from():
    for check in checks():
        assert check.name.replace("-", "_") in check.examine.__module__
        assert check.looks_at
        assert check.source


def test_findings_are_sorted_by_severity_and_come_back_from_json():
    found = find(facts(pool={"recovery": ("admin_only",)}, settings={"deletion_protection": False}), terms())
    ranks = [list(Severity).index(finding.severity) for finding in found]
    assert ranks == sorted(ranks)
    assert findings_from_json(findings_json(found)) == found
    assert set(findings_json(found)[0]) == {"check", "severity", "title", "meaning", "advice"}
    assert findings_from_json(None) == ()


def test_all_problems_are_refused_at_once():
    about = facts(pool={"recovery": ("admin_only",)}, replica_role="SECONDARY")
    found = find(about, terms())
    assert len(problems(found)) == 2
    with pytest.raises(Refused, match="2 problems") as refused:
        refuse_problems(found)
    assert "secondary replica" in str(refused.value)
    assert "AccountRecoverySetting admin_only" in str(refused.value)


def test_notes_and_warnings_refuse_nothing():
    refuse_problems(find(facts(settings={"deletion_protection": False}), terms()))


def test_a_denied_read_that_every_job_needs_is_a_problem():
    denied = Facts(caller=ADMIN, unread=(Unread("cognito-idp:ListUsers", "AccessDeniedException"),))
    severity, title = told("access", denied)[0]
    assert (severity, title) == ("problem", "cognito-idp:ListUsers is not permitted")


def test_changes_are_said_to_be_untried():
    severity, title = only("access", facts())
    assert severity == "note"
    assert "AdminResetUserPassword, AdminUserGlobalSignOut" in title


def test_a_caller_of_another_account_is_warned_of():
    stranger = facts(caller=Caller("999999999999", ""))
    assert "warning" in told("access", stranger)[0]
    assert "999999999999" in told("access", stranger)[0][1]
    assert "not known" in told("access", facts(caller=None))[0][1]


@pytest.mark.parametrize(
    ("role", "severity", "names"), [("SECONDARY", "problem", "secondary"), ("PRIMARY", "note", "eu-west-1")]
)
def test_a_replica_is_named_by_its_role(role, severity, names):
    found = only("pool", facts(replica_role=role, replica_regions=("eu-west-1",)))
    assert found[0] == severity
    assert names in found[1]


def test_a_pool_without_deletion_protection_is_noted():
    assert only("pool", facts(settings={"deletion_protection": False}))[0] == "note"
    assert told("pool", facts()) == []


def test_the_refusal_of_the_goal_is_a_finding():
    assert only("recovery", facts(pool={"recovery": ("admin_only",)}))[0] == "problem"


def test_text_messages_that_nobody_chose_are_warned_of():
    unset = facts(pool={"recovery": ()})
    by_text = terms(messages={Medium.SMS: 1})
    assert "text message first" in only("recovery", unset, by_text)[1]
    assert told("recovery", unset, terms()) == []
    assert told("recovery", facts(), by_text) == []


@pytest.mark.parametrize(("mfa", "severity"), [("ON", "warning"), ("OPTIONAL", "note")])
def test_second_factors_that_the_plan_cannot_see_are_told(mfa, severity):
    about = facts(settings={"mfa": mfa})
    assert only("second-factors", about)[0] == severity
    assert told("second-factors", about, replace(terms(), reads_mfa=True)) == []
    assert told("second-factors", facts()) == []


def test_cognitos_own_sender_is_warned_of_with_its_number():
    about = facts(pool={"email_sender": "COGNITO_DEFAULT"}, limits=(COGNITO_SENDER,))
    severity, title = only("email", about)
    assert severity == "warning"
    assert "50 a day" in title


def test_a_job_that_sends_nothing_is_told_nothing_of_senders():
    about = facts(pool={"email_sender": "COGNITO_DEFAULT"}, settings={"sms_path": ""})
    silent = terms({"sign-out"}, messages={}, goal="sign-out")
    assert told("email", about, silent) == told("text-messages", about, silent) == []


@pytest.mark.parametrize("identity", [Identity.UNVERIFIED, Identity.MISSING])
def test_a_sender_that_ses_does_not_accept_is_a_problem(identity):
    about = facts(settings={"email_identity": SENDER}, identity=identity)
    assert only("email", about)[0] == "problem"
    assert told("email", facts(identity=Identity.VERIFIED)) == []


@pytest.mark.parametrize(
    ("limit", "severity", "names"),
    [
        ({"refusal": "sending is paused in SES in us-east-1"}, "problem", "paused"),
        ({"sandboxed": True}, "warning", "sandbox"),
        ({"on_probation": True}, "warning", "probation"),
        ({"per_second": 1.0}, "note", "1 mails a second"),
        ({"unread": "AccessDeniedException"}, "note", "AccessDeniedException"),
    ],
)
def test_what_ses_says_of_the_account_is_told(limit, severity, names):
    found = only("email", facts(limits=(MessageLimit(Medium.EMAIL, source="SES in us-east-1", **limit),)))
    assert found[0] == severity
    assert names in found[1]


@pytest.mark.parametrize(("counted", "severity"), [(7, "problem"), (None, "warning")])
@pytest.mark.parametrize(
    "settings", [{"sms_path": ""}, {"sms_failure": "InvalidSmsRoleAccessPolicyException"}]
)
def test_texts_that_cannot_be_sent_are_a_problem_once_they_are_counted(counted, severity, settings):
    assert (
        only("text-messages", facts(settings=settings), terms(messages={Medium.SMS: counted}))[0] == severity
    )


def test_the_sandbox_of_sns_is_told_by_whoever_knows_it():
    by_text = terms(messages={Medium.SMS: 7})
    sandboxed = MessageLimit(Medium.SMS, source="SNS in us-east-1", sandboxed=True)
    by_sns = facts(limits=(sandboxed,))
    by_pool = facts(
        settings={"sms_failure": "SNSSandbox"}, limits=(MessageLimit(Medium.SMS, source="SNS in us-east-1"),)
    )
    for about in (by_sns, by_pool):
        severity, title = only("text-messages", about, by_text)
        assert severity == "warning"
        assert "sandbox" in title


@pytest.mark.parametrize(("limit", "severity"), [(1.0, "warning"), (500.0, "note")])
def test_a_small_spending_limit_is_warned_of(limit, severity):
    told_by_sns = MessageLimit(Medium.SMS, source="SNS in us-east-1", spend_limit_usd=limit)
    found = only("text-messages", facts(limits=(told_by_sns,)), terms(messages={Medium.SMS: 7}))
    assert found == (severity, f"SNS in us-east-1 spends at most {limit:g} USD a month on text messages")


@pytest.mark.parametrize(("sender", "severity"), [("COGNITO_DEFAULT", "warning"), ("DEVELOPER", "note")])
def test_a_custom_message_is_dangerous_before_cognitos_own_sender(sender, severity):
    about = facts(pool={"email_sender": sender}, settings={"triggers": frozenset({"CustomMessage"})})
    assert only("triggers", about)[0] == severity


@pytest.mark.parametrize(
    ("trigger", "severity"),
    [
        ("PostConfirmation", "warning"),
        ("PreAuthentication", "note"),
        ("UserMigration", "note"),
    ],
)
def test_each_trigger_that_matters_afterwards_is_named(trigger, severity):
    about = facts(settings={"triggers": frozenset({trigger, "PreTokenGeneration"})})
    found = only("triggers-afterwards", about)
    assert told("triggers-afterwards", about, terms({"sign-out"})) == []
    assert found[0] == severity
    assert trigger in found[1]


def test_a_sender_of_your_own_hides_its_failures():
    found = only("triggers", facts(settings={"triggers": frozenset({"CustomEmailSender"})}))
    assert found == ("warning", "mails are sent by a function of your own (CustomEmailSender)")


def test_the_sender_of_texts_matters_only_to_texts():
    about = facts(settings={"triggers": frozenset({"CustomSMSSender"})})
    assert told("triggers", about) == []
    assert "CustomSMSSender" in only("triggers", about, terms(messages={Medium.SMS: 1}))[1]


def test_mails_with_awss_own_text_are_noted_unless_a_function_writes_them():
    plain = {"has_email_text": False}
    assert only("templates", facts(settings=plain)) == (
        "note",
        "the mails of the reset have AWS's own text",
    )
    written = plain | {"triggers": frozenset({"CustomMessage"})}
    assert told("templates", facts(settings=written)) == told("templates", facts()) == []
    assert "by a link" in only("templates", facts(settings={"verifies_by_link": True}))[1]
    assert told("templates", facts(settings=plain), terms(messages={Medium.SMS: 1})) == []


def test_a_client_without_password_sign_in_cannot_take_a_new_password():
    custom = client("kiosk", flows=frozenset({"ALLOW_CUSTOM_AUTH"}), has_managed_login=False)
    machine = client("cron", flows=frozenset(), has_managed_login=False, is_machine=True)
    severity, title = only("client-flows", facts(clients=AppClients((client(), custom, machine))))
    assert (severity, title) == ("warning", "one app client cannot take a new password: kiosk")


def test_a_client_without_managed_login_must_handle_the_reset_itself():
    app = client("app", has_managed_login=False)
    assert "code of your own: app" in only("client-flows", facts(clients=AppClients((app,))))[1]


def test_clients_that_were_not_looked_at_are_told():
    denied = Unread("cognito-idp:ListUserPoolClients", "AccessDeniedException")
    assert "AccessDeniedException" in only("client-flows", facts(clients=None, unread=(denied,)))[1]
    assert "12 more" in only("client-flows", facts(clients=AppClients((client(),), more=12)))[1]
    assert "no app client" in only("client-flows", facts(clients=AppClients()))[1]


def test_clients_that_hide_who_exists_are_told_with_those_that_do_not():
    hiding = client("web", hides_existence=True)
    assert "pretends success in web" in only("client-errors", facts(clients=AppClients((hiding,))))[1]
    both = told("client-errors", facts(clients=AppClients((hiding, client("app")))))
    assert "app says which users exist" in both[1][1]
    assert told("client-errors", facts()) == []


def test_a_client_without_revocation_is_warned_of_where_the_job_signs_out():
    lasting = facts(clients=AppClients((client("old", revokes_tokens=False),)))
    assert only("token-revocation", lasting) == ("warning", "token revocation is off in old")
    assert told("token-revocation", lasting, terms({"reset-password"})) == []


def test_the_last_token_dies_after_the_longest_lifetime_of_all_clients():
    clients = AppClients((client("web"), client("app", id_seconds=12 * HOUR)))
    assert only("token-lifetimes", facts(clients=clients)) == (
        "note",
        "the last access token dies at most 12 hours after the user's sign-out (app)",
    )


@pytest.mark.parametrize(
    "clients", [None, AppClients((client(),), more=3), AppClients((client(),), more=None)]
)
def test_lifetimes_that_were_not_all_read_count_as_the_longest_that_there_are(clients):
    assert "at most 1 day after" in only("token-lifetimes", facts(clients=clients))[1]


def test_a_reset_that_leaves_sessions_alive_is_warned_of():
    severity, title = only("token-lifetimes", facts(), terms({"reset-password"}))
    assert (severity, title) == ("warning", "the job resets passwords and leaves sessions alive")


@pytest.mark.parametrize(("days", "severity"), [(1, "warning"), (7, "note")])
def test_temporary_passwords_that_end_soon_are_warned_of(days, severity):
    about = facts(settings={"temporary_password_days": days})
    giving = terms({"set-temporary-password"}, messages={})
    assert only("temporary-passwords", about, giving)[0] == severity


def test_quotas_that_are_assumed_are_told_with_why():
    assumed = Quota(25.0, "documented default; Service Quotas: AccessDeniedException")
    read = Quota(30.0, "Service Quotas")
    about = facts(quotas={"UserUpdate": assumed, "UserAccountRecovery": read})
    severity, title = only("quotas", about)
    assert severity == "note"
    assert title.endswith("not read: UserUpdate 25/s")


def test_what_a_goal_may_do_follows_from_its_table():
    pool = factories.pool(recovery=("verified_email",))
    goal = goals()["force-reset"]
    usual = possible_terms(goal, factories.policy(), pool, reads_mfa=False)
    assert usual.actions == RESETTING
    assert usual.messages == {Medium.EMAIL: None}
    bold = factories.policy(unverified="verify-email", disabled="enable-first", sign_out="none")
    assert possible_terms(goal, bold, pool, reads_mfa=False).actions == {
        "enable-user",
        "reset-password",
        "verify-email",
    }
    both = possible_terms(goal, factories.policy(), factories.pool(), reads_mfa=False)
    assert set(both.messages) == set(Medium)
    assert possible_terms(goal, factories.policy(), None, reads_mfa=False).actions == frozenset()


def test_what_a_plan_does_is_counted():
    cost = Estimate(2, 2, 2, (), {Medium.EMAIL: 2}, frozenset({"reset-password"}))
    planned = planned_terms(goals()["force-reset"], factories.policy(), cost, reads_mfa=True)
    assert planned.resets
    assert not planned.signs_out
    assert planned.counts(Medium.EMAIL) == 2
    assert not planned.sends(Medium.SMS)
