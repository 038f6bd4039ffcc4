"""By which medium the message of a row goes, as Cognito would send it."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories import directives, manifest_rows, pool, snapshot, user

from bulkreset.planning.media import medium_of
from bulkreset.planning.planner import plan_rows
from bulkreset.users import Contact

NONE, UNVERIFIED, VERIFIED = Contact.NONE, Contact.UNVERIFIED, Contact.VERIFIED
EMAIL, PHONE = "verified_email", "verified_phone_number"
RESET = ("reset-password", "sign-out")


def medium(*recovery: str, email=VERIFIED, phone=VERIFIED, mfa="", steps=RESET) -> str:
    return medium_of(steps, email, phone, mfa, pool(recovery=recovery))


@pytest.mark.parametrize(
    ("recovery", "expected"),
    [
        ((EMAIL, PHONE), "email"),
        ((PHONE, EMAIL), "sms"),
        ((EMAIL,), "email"),
        ((PHONE,), "sms"),
        ((), "sms"),
    ],
)
def test_the_pools_recovery_setting_decides_between_two_verified_contacts(recovery, expected):
    assert medium(*recovery) == expected


@pytest.mark.parametrize("recovery", [(), (EMAIL, PHONE), (PHONE, EMAIL)])
def test_only_a_verified_contact_is_written_to(recovery):
    assert medium(*recovery, phone=UNVERIFIED) == "email"
    assert medium(*recovery, phone=NONE) == "email"
    assert medium(*recovery, email=UNVERIFIED) == "sms"


def test_a_contact_that_is_verified_first_counts_as_verified():
    assert medium(EMAIL, PHONE, email=UNVERIFIED, steps=("verify-email", *RESET)) == "email"
    assert medium(PHONE, EMAIL, phone=UNVERIFIED, steps=("verify-phone", *RESET)) == "sms"


def test_the_channel_of_the_preferred_mfa_is_no_way():
    assert medium(EMAIL, PHONE, mfa="EMAIL_OTP") == "sms"
    assert medium(PHONE, EMAIL, mfa="SMS_MFA") == "email"
    assert medium(EMAIL, PHONE, mfa="SOFTWARE_TOKEN_MFA") == "email"


@pytest.mark.parametrize("steps", [(), ("sign-out",), ("verify-email",), ("enable-user", "sign-out")])
def test_without_a_message_there_is_no_medium(steps):
    assert medium(EMAIL, steps=steps) == ""


def test_a_message_without_a_known_way_counts_as_one_by_the_first():
    assert medium(EMAIL, PHONE, email=NONE, phone=NONE) == "email"
    assert medium(PHONE, EMAIL, email=UNVERIFIED, phone=UNVERIFIED) == "sms"


def test_each_row_of_a_plan_has_the_medium_of_its_own_user():
    users = [
        user("mail"),
        user("text", email="", phone_number="+15550100", phone_number_verified=True),
        user("both", phone_number="+15550101", phone_number_verified=True),
        user("eve", email_verified=False),
        user("off", enabled=False),
    ]
    rows = manifest_rows(
        *(("username", one.username) for one in users), ("username", "mail"), ("username", "nobody"),
        {"problem": "nothing", "kind": ""},
    )  # fmt: skip
    plan = plan_rows(
        rows, snapshot(*users, recovery=()), directives(unverified="verify-email"), Path("users.csv")
    )

    assert plan["medium"].tolist() == ["email", "sms", "sms", "email", "", "", "", ""]


def test_the_overrides_of_a_row_decide_its_medium_and_stay_in_the_plan():
    wishes = ["", '{"goal":"sign-out"}']
    rows = manifest_rows(
        {"identifier": "a", "overrides": wishes[0]}, {"identifier": "b", "overrides": wishes[1]}
    )
    plan = plan_rows(rows, snapshot(user("a"), user("b")), directives(), Path("users.csv"))

    assert plan["medium"].tolist() == ["email", ""]
    assert plan["overrides"].tolist() == wishes


@pytest.mark.parametrize(
    ("email", "phone", "expected"),
    [(UNVERIFIED, VERIFIED, "email"), (VERIFIED, NONE, "email"), (NONE, UNVERIFIED, "sms")],
)
def test_an_invitation_goes_to_any_contact_the_address_first(email, phone, expected):
    assert medium(PHONE, email=email, phone=phone, steps=("resend-invitation",)) == expected


def test_a_mail_with_a_password_is_a_mail():
    steps = ("set-temporary-password", "sign-out", "send-password")
    assert medium(PHONE, email=VERIFIED, phone=VERIFIED, steps=steps) == "email"
    assert medium(PHONE, email=VERIFIED, phone=VERIFIED, steps=steps[:2]) == ""
