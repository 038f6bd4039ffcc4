"""The decision table of force-reset, line by line and policy value by policy value."""

from __future__ import annotations

import pytest
from factories import case, policy, pool

from bulkreset.goals.base import Decision, DecisionKind, Match
from bulkreset.goals.registry import goals
from bulkreset.users import Contact, UserStatus

GOAL = goals()["force-reset"]
NONE, UNVERIFIED, VERIFIED = Contact.NONE, Contact.UNVERIFIED, Contact.VERIFIED

BY_EMAIL = pool(recovery=("verified_email",))
BY_PHONE = pool(recovery=("verified_phone_number",))
BY_EITHER = pool(recovery=("verified_phone_number", "verified_email"))
UNSET = pool(recovery=())
ALIASES = pool(alias_attributes=("email", "phone_number"))


def do(*steps: str, reason: str = "ready") -> Decision:
    return Decision(DecisionKind.DO, reason, steps)


def skip(reason: str) -> Decision:
    return Decision(DecisionKind.SKIP, reason)


def block(reason: str) -> Decision:
    return Decision(DecisionKind.BLOCK, reason)


def decision(given=None, facts=None, **user) -> Decision:
    return GOAL.decide(case("force-reset", given, facts, **user))


TABLE = {
    "a confirmed user with a verified e-mail": ({}, {}, do("reset-password", "sign-out")),
    "no sign-out wanted": ({"sign_out": "none"}, {}, do("reset-password")),
    "nobody": ({}, {"match": Match.NONE, "status": UserStatus.UNKNOWN}, block("not-found")),
    "several": ({}, {"match": Match.MANY, "status": UserStatus.UNKNOWN}, block("ambiguous")),
    "protected": ({}, {"protected": True}, block("protected")),
    "archived": ({}, {"status": UserStatus.ARCHIVED}, block("unsupported-status")),
    "compromised": ({}, {"status": UserStatus.COMPROMISED}, block("unsupported-status")),
    "unknown": ({}, {"status": UserStatus.UNKNOWN}, block("unsupported-status")),
    "federated": ({}, {"status": UserStatus.EXTERNAL_PROVIDER}, skip("federated")),
    "federated, to sign out": (
        {"federated": "sign-out"},
        {"status": UserStatus.EXTERNAL_PROVIDER},
        do("sign-out", reason="federated"),
    ),
    "disabled": ({}, {"enabled": False}, skip("disabled")),
    "disabled, to enable": (
        {"disabled": "enable-first"},
        {"enabled": False},
        do("enable-user", "reset-password", "sign-out"),
    ),
    "disabled, to enable and verify": (
        {"disabled": "enable-first", "unverified": "verify-email"},
        {"enabled": False, "email": UNVERIFIED},
        do("enable-user", "verify-email", "reset-password", "sign-out", reason="verify-first"),
    ),
    "unconfirmed": ({}, {"status": UserStatus.UNCONFIRMED}, block("unconfirmed")),
    "unconfirmed, to skip": (
        {"unconfirmed": "skip"},
        {"status": UserStatus.UNCONFIRMED},
        skip("unconfirmed"),
    ),
    "temporary password": ({}, {"status": UserStatus.FORCE_CHANGE_PASSWORD}, skip("already-must-change")),
    "already required": ({}, {"status": UserStatus.RESET_REQUIRED}, skip("already-required")),
    "already required, to send again": (
        {"already_required": "send-again"},
        {"status": UserStatus.RESET_REQUIRED},
        do("reset-password", "sign-out", reason="send-again"),
    ),
    "already required, nothing verified, to send again": (
        {"already_required": "send-again"},
        {"status": UserStatus.RESET_REQUIRED, "email": UNVERIFIED},
        block("no-verified-contact"),
    ),
    "already required, to send again and to verify": (
        {"already_required": "send-again", "unverified": "verify-email"},
        {"status": UserStatus.RESET_REQUIRED, "email": UNVERIFIED},
        do("verify-email", "reset-password", "sign-out", reason="verify-first"),
    ),
    "changed since": ({}, {"changed_since": True}, skip("changed-since")),
    "changed since, to ignore": (
        {"changed_since": "ignore"},
        {"changed_since": True},
        do("reset-password", "sign-out"),
    ),
    "no contact": ({}, {"email": NONE}, block("no-contact")),
    "no contact, to skip": ({"no_contact": "skip"}, {"email": NONE}, skip("no-contact")),
    "nothing verified": ({}, {"email": UNVERIFIED}, block("no-verified-contact")),
    "nothing verified, to skip": (
        {"unverified": "skip"},
        {"email": UNVERIFIED},
        skip("no-verified-contact"),
    ),
    "e-mail to verify": (
        {"unverified": "verify-email"},
        {"email": UNVERIFIED},
        do("verify-email", "reset-password", "sign-out", reason="verify-first"),
    ),
    "phone to verify": (
        {"unverified": "verify-phone"},
        {"email": UNVERIFIED, "phone": UNVERIFIED},
        do("verify-phone", "reset-password", "sign-out", reason="verify-first"),
    ),
    "e-mail to verify, but it is the phone that is there": (
        {"unverified": "verify-email"},
        {"email": NONE, "phone": UNVERIFIED},
        block("cannot-verify"),
    ),
    "phone to verify, but it is the e-mail that is there": (
        {"unverified": "verify-phone"},
        {"email": UNVERIFIED},
        block("cannot-verify"),
    ),
    "nothing to verify where a contact is verified": (
        {"unverified": "verify-email"},
        {"email": UNVERIFIED, "phone": VERIFIED},
        do("reset-password", "sign-out"),
    ),
    "codes by e-mail are the MFA": ({}, {"preferred_mfa": "EMAIL_OTP"}, block("mfa-channel")),
    "codes by SMS are the MFA": (
        {},
        {"preferred_mfa": "SMS_MFA", "email": NONE, "phone": VERIFIED},
        block("mfa-channel"),
    ),
    "the MFA leaves another contact": (
        {},
        {"preferred_mfa": "SMS_MFA", "phone": VERIFIED},
        do("reset-password", "sign-out"),
    ),
    "an authenticator app uses up no contact": (
        {},
        {"preferred_mfa": "SOFTWARE_TOKEN_MFA"},
        do("reset-password", "sign-out"),
    ),
}


@pytest.mark.parametrize(("given", "user", "expected"), TABLE.values(), ids=TABLE.keys())
def test_a_line_of_the_table(given, user, expected):
    assert decision(given, **user) == expected


RECOVERY = {
    "e-mail, asked for e-mail": (BY_EMAIL, VERIFIED, NONE, True),
    "e-mail, asked for phone": (BY_PHONE, VERIFIED, NONE, False),
    "phone, asked for phone": (BY_PHONE, NONE, VERIFIED, True),
    "phone, asked for e-mail": (BY_EMAIL, NONE, VERIFIED, False),
    "e-mail, asked for either": (BY_EITHER, VERIFIED, UNVERIFIED, True),
    "phone, asked for either": (BY_EITHER, UNVERIFIED, VERIFIED, True),
    "e-mail, nothing set": (UNSET, VERIFIED, NONE, True),
    "phone, nothing set": (UNSET, NONE, VERIFIED, True),
    "unverified, nothing set": (UNSET, UNVERIFIED, UNVERIFIED, False),
}


@pytest.mark.parametrize(("facts", "email", "phone", "reaches"), RECOVERY.values(), ids=RECOVERY.keys())
def test_only_a_contact_that_the_pools_recovery_uses_counts(facts, email, phone, reaches):
    found = decision({}, facts, email=email, phone=phone)

    assert found == (do("reset-password", "sign-out") if reaches else block("no-verified-contact"))


@pytest.mark.parametrize(
    ("wish", "facts"), [("verify-email", BY_PHONE), ("verify-phone", BY_EMAIL)], ids=["e-mail", "phone"]
)
def test_a_contact_is_not_verified_where_recovery_would_not_use_it(wish, facts):
    found = decision({"unverified": wish}, facts, email=UNVERIFIED, phone=UNVERIFIED)

    assert found == block("cannot-verify")


@pytest.mark.parametrize(
    ("wish", "shared"), [("verify-email", "email_shared"), ("verify-phone", "phone_shared")]
)
def test_an_alias_that_another_user_holds_is_never_verified(wish, shared):
    contacts = {"email": UNVERIFIED, "phone": UNVERIFIED}

    assert decision({"unverified": wish}, ALIASES, **contacts, **{shared: True}) == block("duplicate-contact")
    assert decision({"unverified": wish}, ALIASES, **contacts).kind is DecisionKind.DO


def test_a_shared_contact_that_is_no_alias_takes_nothing_from_anybody():
    found = decision({"unverified": "verify-email"}, pool(), email=UNVERIFIED, email_shared=True)

    assert found.steps == ("verify-email", "reset-password", "sign-out")


def test_a_shared_alias_does_not_matter_where_nothing_is_to_be_verified():
    assert decision({"unverified": "verify-email"}, ALIASES, email_shared=True).steps == (
        "reset-password",
        "sign-out",
    )


@pytest.mark.parametrize(
    ("wish", "mfa", "contacts"),
    [
        ("verify-email", "EMAIL_OTP", {"email": UNVERIFIED}),
        ("verify-phone", "SMS_MFA", {"email": NONE, "phone": UNVERIFIED}),
    ],
)
def test_a_contact_is_not_verified_for_a_code_that_the_mfa_keeps_from_it(wish, mfa, contacts):
    """Verified, it would be the user's only verified contact and the channel of the preferred MFA."""
    assert decision({"unverified": wish}, preferred_mfa=mfa, **contacts) == block("mfa-channel")


def test_a_required_reset_is_no_change_by_the_user():
    """The reset itself moves UserLastModifiedDate past the incident; the code may be lost all the same."""
    found = decision({"already_required": "send-again"}, status=UserStatus.RESET_REQUIRED, changed_since=True)

    assert found == do("reset-password", "sign-out", reason="send-again")


FIRST_WINS = [
    # each line is true of the user, and the first of them decides
    ("not-found", {"match": Match.NONE}),
    ("protected", {"protected": True}),
    ("unsupported-status", {"status": UserStatus.ARCHIVED}),
    ("federated", {"status": UserStatus.EXTERNAL_PROVIDER}),
    ("disabled", {"enabled": False}),
    ("unconfirmed", {"status": UserStatus.UNCONFIRMED}),
    ("already-must-change", {"status": UserStatus.FORCE_CHANGE_PASSWORD}),
    ("already-required", {"status": UserStatus.RESET_REQUIRED}),
    ("changed-since", {"changed_since": True}),
    ("no-contact", {"email": NONE}),
    ("mfa-channel", {"preferred_mfa": "EMAIL_OTP"}),
]


@pytest.mark.parametrize("position", range(len(FIRST_WINS)))
def test_the_first_line_that_holds_decides(position):
    reason, _ = FIRST_WINS[position]
    user: dict[str, object] = {}
    for _, trait in reversed(FIRST_WINS[position:]):
        user |= trait

    assert decision(**user).reason == reason


def test_the_lines_stand_in_the_order_of_the_design():
    order = [rule.reason for rule in GOAL.rules]

    assert order == [
        "not-found",
        "ambiguous",
        "protected",
        "unsupported-status",
        "federated",
        "disabled",
        "unconfirmed",
        "no-contact-to-invite",
        "already-must-change",
        "already-required",
        "changed-since",
        "no-contact",
        "duplicate-contact",
        "cannot-verify",
        "mfa-channel",
        "no-verified-contact",
        "send-again",
        "ready",
    ]


def test_the_defaults_are_those_of_the_design():
    assert policy("force-reset") == {
        "sign_out": "after-reset",
        "unverified": "block",
        "no_contact": "block",
        "mfa_channel": "block",
        "already_required": "skip",
        "must_change": "skip",
        "unconfirmed": "block",
        "federated": "skip",
        "disabled": "skip",
        "not_changed_since": None,
        "changed_since": "skip",
        "protected": (),
    }


def test_a_pool_that_only_administrators_recover_is_refused_with_the_advice():
    refusal = GOAL.refusal(pool(recovery=("admin_only",)), policy("force-reset"))

    assert refusal
    assert "admin_only" in refusal
    assert "goal: temporary-password" in refusal


@pytest.mark.parametrize("facts", [BY_EMAIL, BY_PHONE, BY_EITHER, UNSET])
def test_a_pool_whose_users_recover_themselves_is_accepted(facts):
    assert GOAL.refusal(facts, policy("force-reset")) is None
