"""`doctor` on broken pools names what is broken, and for one user why no code came."""

from __future__ import annotations

import json

import pytest
from command import verified_users

from bulkreset.simulator import Fault, FaultKind, SeedUser

SENDER = "arn:aws:ses:us-east-1:123456789012:identity/example.com"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
KEY = "arn:aws:kms:us-east-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab"
BY_SES = {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER", "SourceArn": SENDER}}
BY_EMAIL = ["verified_email"]
WEB = {"ClientName": "web", "GenerateSecret": True, "PreventUserExistenceErrors": "ENABLED"}
KIOSK = {"ClientName": "kiosk", "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}

BROKEN = {
    "recovery by administrators only": ({"recovery": ["admin_only"]}, {}, "problem", "admin_only"),
    "a sender that SES does not accept": (
        {"recovery": BY_EMAIL, "config": BY_SES},
        {"email": {"identities": {"example.com": False}}},
        "problem",
        "its identity is not verified",
    ),
    "SES shut down": (
        {"recovery": BY_EMAIL},
        {"email": {"enforcement": "SHUTDOWN"}},
        "problem",
        "SES in us-east-1 is shut down",
    ),
    "SES in its sandbox": ({"recovery": BY_EMAIL}, {"email": {"production": False}}, "warning", "sandbox"),
    "Cognito's own sender behind a function that writes mails": (
        {
            "recovery": BY_EMAIL,
            "email_sender": "COGNITO_DEFAULT",
            "config": {"LambdaConfig": {"CustomMessage": FUNCTION}},
        },
        {},
        "warning",
        "a CustomMessage trigger stands before Cognito's own sender",
    ),
    "no path for text messages": (
        {"recovery": ["verified_phone_number"], "sends_texts": False},
        {},
        "warning",
        "it has no SmsConfiguration",
    ),
    "a secondary replica": (
        {"replica_role": "SECONDARY", "config": {"KeyConfiguration": {"KmsKeyArn": KEY}}},
        {},
        "problem",
        "is a secondary replica",
    ),
    "a client without a password": (
        {"clients": [WEB, KIOSK]},
        {},
        "warning",
        "cannot take a new password: kiosk",
    ),
    "a client whose tokens last": (
        {"clients": [WEB | {"EnableTokenRevocation": False}]},
        {},
        "warning",
        "token revocation is off in web",
    ),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_doctor_names_what_is_broken(scene, broken):
    pool, account, severity, cause = BROKEN[broken]
    simulator, _, command = scene(verified_users(3), pool=pool)
    simulator.account.change(account)
    examined = command("doctor", "job.yaml")
    assert examined.code == (3 if severity == "problem" else 0), examined.err
    blocks = examined.out.split("\n\n")[1].splitlines()
    named = [line for line in blocks if line.startswith(severity)]
    meant = [line for line in blocks if cause in line]
    assert named
    assert meant, examined.out
    assert blocks[0] in named, "the most severe comes first"
    assert len(simulator.outbox) == 0
    assert not simulator.counters.calls("AdminGetUser"), "nobody is billed"


def test_what_may_not_be_looked_at_is_told_and_no_error(scene):
    simulator, _, command = scene(verified_users(3), pool={"recovery": BY_EMAIL, "clients": [WEB]})
    for operation in ("ListUserPoolClients", "ListUsers"):
        simulator.faults.add(Fault(FaultKind.ACCESS_DENIED, operation=operation))
    simulator.account.refused["GetAccount"] = "AccessDeniedException"
    examined = command("doctor", "job.yaml", "--json")
    assert examined.code == 3, examined.err
    told = examined.status
    assert told["problems"] == 1
    assert told["permitted"] == ["cognito-idp:DescribeUserPool"]
    titles = {finding["title"] for finding in told["findings"]}
    assert {
        "cognito-idp:ListUsers is not permitted",
        "the app clients were not looked at: AccessDeniedException",
        "how many e-mails may be sent was not looked at: AccessDeniedException",
    } <= titles


def test_a_pool_that_is_not_there_is_named_and_a_bad_job_is_bad_input(scene):
    _, desk, command = scene(verified_users(1))
    desk.environment(pool_id="us-east-1_Elsewhere")
    missing = command("doctor", "job.yaml")
    assert missing.code == 3
    assert "there is no pool us-east-1_Elsewhere in us-east-1" in missing.out
    assert command("doctor", "nothing.yaml").code == 2


PEOPLE = {
    "the contact was never verified": (
        SeedUser("eve", email="eve@example.com"),
        {},
        "the e-mail address of the user was never verified",
    ),
    "a temporary password": (
        SeedUser("eve", status="FORCE_CHANGE_PASSWORD", email="eve@example.com", email_verified=True),
        {},
        "the status is FORCE_CHANGE_PASSWORD",
    ),
    "the second factor uses the mailbox": (
        SeedUser("eve", email="eve@example.com", email_verified=True, preferred_mfa="EMAIL_OTP"),
        {"config": {"MfaConfiguration": "OPTIONAL"}},
        "the only contact is the channel of the second factor (EMAIL_OTP)",
    ),
    "an address that bounced": (
        SeedUser("eve", email="bounced@example.com", email_verified=True),
        {"recovery": BY_EMAIL},
        "SES sends nothing to this address: BOUNCE since",
    ),
    "nobody of that name": (SeedUser("somebody"), {}, "the pool has no user eve"),
}


@pytest.mark.parametrize("cause", PEOPLE)
def test_doctor_says_why_a_user_got_no_code(scene, cause):
    user, pool, named = PEOPLE[cause]
    simulator, _, command = scene([user], pool=pool)
    simulator.account.change({"email": {"suppressed": {"bounced@example.com": "BOUNCE"}}})
    asked = ["--read-mfa"] if user.preferred_mfa else []
    examined = command("doctor", "job.yaml", "--user", "eve", *asked)
    assert examined.code == 3, examined.err
    first = next(line for line in examined.out.splitlines() if line.startswith("problem"))
    assert named in first
    assert "@example.com" not in examined.out.replace("…@example.com", ""), "contacts are masked"
    assert simulator.counters.calls("AdminGetUser") == bool(asked)
    assert len(simulator.outbox) == 0


def test_a_user_whom_nothing_keeps_from_a_code_is_told_where_to_look(scene):
    user = SeedUser("eve", email="eve@example.com", email_verified=True)
    _, _, command = scene([user], pool={"recovery": BY_EMAIL})
    examined = command("doctor", "job.yaml", "--user", "EVE@example.com", "--json")
    assert examined.code == 0, examined.err
    told = json.loads(examined.out)
    assert told["user"]["username"] == "eve"
    assert told["user"]["medium"] == "email"
    titles = [finding["title"] for finding in told["findings"]]
    assert "Cognito would send the code by e-mail to e…@example.com" in titles
    assert "nothing that can be seen from here keeps a code from this user" in titles
