"""Why one user got no code: each cause by itself."""

from __future__ import annotations

import factories
import pytest

from bulkreset.account import Medium, MessageLimit
from bulkreset.cognito.account.email import COGNITO_SENDER
from bulkreset.goals.registry import goals
from bulkreset.preflight.facts import Facts, PoolSettings, Suppression, Unread
from bulkreset.preflight.person import Person, chosen_medium, find_person, person_checks
from bulkreset.preflight.terms import JobTerms
from bulkreset.users import UserStatus

NOW = 1_700_000_000.0
PHONE = {"phone_number": "+15550100", "phone_number_verified": True}
TERMS = JobTerms(goals()["force-reset"], factories.policy())
BY_EMAIL = ("verified_email",)


def facts(settings=None, limits=(), spent=None, **pool):
    described = factories.pool(**pool)
    sound = PoolSettings(**{"sms_path": "sns", **(settings or {})})
    return Facts("us-east-1", described.pool_id, described, sound, limits=limits, spent=spent or {})


def person(*users, **changes):
    return Person("ada", users, NOW, **changes)


def found(who, about=None):
    """Severity and title of everything that is found, the worst first."""
    return [(str(one.severity), one.title) for one in find_person(who, about or facts(), TERMS)]


def worst(who, about=None):
    return found(who, about)[0]


def test_a_user_whom_nothing_keeps_from_a_code_is_told_where_else_to_look():
    about = found(person(factories.user()))
    assert {severity for severity, _ in about} == {"note"}
    assert ("note", "Cognito would send the code by e-mail to a…@example.com") in about
    assert about[-1][1].startswith("nothing that can be seen from here")


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"enabled": False}, "the user is disabled"),
        ({"status": UserStatus.UNCONFIRMED}, "the status is UNCONFIRMED"),
        ({"status": UserStatus.FORCE_CHANGE_PASSWORD}, "the status is FORCE_CHANGE_PASSWORD"),
        ({"status": UserStatus.EXTERNAL_PROVIDER}, "the status is EXTERNAL_PROVIDER"),
        ({"email_verified": False}, "the e-mail address of the user was never verified"),
        ({"email": "", "email_verified": False}, "the user has neither e-mail address nor phone number"),
        ({"preferred_mfa": "EMAIL_OTP"}, "the only contact is the channel of the second factor (EMAIL_OTP)"),
    ],
)
def test_what_keeps_a_user_from_every_code_is_a_problem(changes, cause):
    severity, title = worst(person(factories.user(**changes)))
    assert severity == "problem"
    assert cause in title


def test_a_contact_that_recovery_does_not_use_is_a_problem():
    only_phone = factories.user(email="", email_verified=False, **PHONE)
    assert worst(person(only_phone), facts(recovery=BY_EMAIL)) == (
        "problem",
        "the pool does not recover by the verified phone number",
    )
    assert worst(person(factories.user()), facts(recovery=("admin_only",)))[1] == (
        "the pool recovers accounts by administrators only"
    )


def test_a_phone_that_comes_before_the_mailbox_is_a_surprise():
    both = factories.user(**PHONE)
    surprise = ("warning", "Cognito would send the code by text message to …0100")
    assert surprise in found(person(both), facts(recovery=()))
    by_phone = facts(recovery=("verified_phone_number",))
    assert ("note", surprise[1]) in found(person(both), by_phone)


def test_the_second_factor_sends_the_code_the_other_way():
    both = factories.user(**PHONE, preferred_mfa="SMS_MFA")
    assert chosen_medium(both, factories.pool(recovery=())) is Medium.EMAIL
    assert chosen_medium(factories.user(**PHONE), factories.pool(recovery=())) is Medium.SMS


def test_texts_that_the_pool_cannot_send_are_a_problem_of_who_would_get_one():
    by_phone = factories.user(email="", email_verified=False, **PHONE)
    assert worst(person(by_phone), facts({"sms_path": ""}))[1].startswith(
        "the pool cannot send text messages"
    )
    assert worst(person(factories.user()), facts({"sms_path": ""}))[0] == "note"


@pytest.mark.parametrize(("ago", "severity"), [(600, "note"), (7_200, "warning")])
def test_a_code_lives_for_an_hour(ago, severity):
    reset = factories.user(status=UserStatus.RESET_REQUIRED, modified_at=NOW - ago)
    title = "the code of the reset has expired" if ago > 3_600 else "a code was sent within the last hour"
    assert (severity, title) in found(person(reset))


@pytest.mark.parametrize(("spent", "severity"), [(49, "note"), (50, "problem")])
def test_a_day_that_is_spent_is_a_problem(spent, severity):
    about = facts(limits=(COGNITO_SENDER,), spent={Medium.EMAIL: spent}, email_sender="COGNITO_DEFAULT")
    title = f"{spent} of 50 messages of the day are sent, as far as this machine knows"
    assert (severity, title) in found(person(factories.user()), about)


def test_sess_own_count_counts_where_it_is_higher():
    by_ses = MessageLimit(Medium.EMAIL, per_day=200, sent_today=200, source="SES in us-east-1")
    assert worst(person(factories.user()), facts(limits=(by_ses,))) == (
        "problem",
        "200 of 200 messages of the day are sent, by SES's count",
    )


def test_an_address_that_ses_suppresses_is_a_problem():
    bounced = person(factories.user(), suppression=Suppression("BOUNCE", NOW))
    assert worst(bounced) == (
        "problem",
        "SES sends nothing to this address: BOUNCE since 2023-11-14T22:13:20.000Z",
    )


def test_what_was_not_looked_at_is_told():
    denied = person(factories.user(), unread=(Unread("ses:GetSuppressedDestination", "AccessDenied"),))
    titles = [title for _, title in found(denied, facts({"mfa": "OPTIONAL"}))]
    assert "whether SES holds back mails to this address was not looked at: AccessDenied" in titles
    assert "the second factor of the user was not looked at" in titles
    own = [title for _, title in found(person(factories.user()), facts(email_sender="COGNITO_DEFAULT"))]
    assert "whether AWS holds back mails to this address cannot be seen" in own


def test_a_second_factor_that_was_read_or_cannot_be_is_no_question():
    read = person(factories.user(), mfa_read=True)
    for who, about in ((read, facts({"mfa": "ON"})), (person(factories.user()), facts())):
        assert not [title for _, title in found(who, about) if "second factor" in title]


def test_a_name_that_means_nobody_or_several_is_a_problem():
    assert worst(person()) == ("problem", "the pool has no user ada")
    severity, title = worst(person(factories.user("a1"), factories.user("a2")))
    assert (severity, title) == ("problem", "2 users of the pool have ada: a1, a2")


def test_a_trigger_between_cognito_and_the_user_is_told():
    about = facts({"triggers": frozenset({"CustomEmailSender"})})
    assert worst(person(factories.user()), about) == (
        "warning",
        "mails are sent by a function of your own (CustomEmailSender)",
    )


def test_every_check_of_a_person_is_named_like_its_file():
    assert {check.name.replace("-", "_") for check in person_checks()} == {
        check.examine.__module__.rpartition(".")[2] for check in person_checks()
    }
    assert all(check.looks_at and check.source for check in person_checks())
