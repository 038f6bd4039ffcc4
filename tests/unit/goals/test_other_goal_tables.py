"""The decision tables of verify-contact, sign-out, disable and enable, line by line."""

from __future__ import annotations

import pytest
from factories import case, policy, pool

from bulkreset.goals.base import Decision, DecisionKind, Match
from bulkreset.goals.registry import goals
from bulkreset.users import Contact, UserStatus

NONE, UNVERIFIED, VERIFIED = Contact.NONE, Contact.UNVERIFIED, Contact.VERIFIED
ALIASES = pool(alias_attributes=("email", "phone_number"))

DO, SKIP, BLOCK = DecisionKind.DO, DecisionKind.SKIP, DecisionKind.BLOCK


def decision(goal, given=None, facts=None, **user) -> Decision:
    return goals()[goal].decide(case(goal, given, facts, **user))


IDENTITY = {
    "nobody": ({"match": Match.NONE}, "not-found"),
    "several": ({"match": Match.MANY}, "ambiguous"),
    "protected": ({"protected": True}, "protected"),
    "archived": ({"status": UserStatus.ARCHIVED}, "unsupported-status"),
}


@pytest.mark.parametrize("goal", sorted(goals()))
@pytest.mark.parametrize(("user", "reason"), IDENTITY.values(), ids=IDENTITY.keys())
def test_every_goal_blocks_whom_it_cannot_name_or_must_not_touch(goal, user, reason):
    assert decision(goal, **user) == Decision(BLOCK, reason)


VERIFY_CONTACT = {
    "e-mail not verified": ({}, {"email": UNVERIFIED}, DO, "ready", ("verify-email",)),
    "e-mail verified": ({}, {}, SKIP, "already-verified", ()),
    "no e-mail": ({}, {"email": NONE, "phone": UNVERIFIED}, BLOCK, "no-contact", ()),
    "phone not verified": ({"contact": "phone"}, {"phone": UNVERIFIED}, DO, "ready", ("verify-phone",)),
    "phone verified": ({"contact": "phone"}, {"phone": VERIFIED}, SKIP, "already-verified", ()),
    "no phone": ({"contact": "phone"}, {}, BLOCK, "no-contact", ()),
    "both not verified": (
        {"contact": "both"},
        {"email": UNVERIFIED, "phone": UNVERIFIED},
        DO,
        "ready",
        ("verify-email", "verify-phone"),
    ),
    "both, one verified": (
        {"contact": "both"},
        {"email": VERIFIED, "phone": UNVERIFIED},
        DO,
        "ready",
        ("verify-phone",),
    ),
    "both, one absent": (
        {"contact": "both"},
        {"email": UNVERIFIED, "phone": NONE},
        DO,
        "ready",
        ("verify-email",),
    ),
    "both, one verified and one absent": ({"contact": "both"}, {}, SKIP, "already-verified", ()),
    "both absent": ({"contact": "both"}, {"email": NONE}, BLOCK, "no-contact", ()),
    "federated": (
        {},
        {"status": UserStatus.EXTERNAL_PROVIDER, "email": UNVERIFIED},
        SKIP,
        "federated",
        (),
    ),
    "disabled": ({}, {"enabled": False, "email": UNVERIFIED}, SKIP, "disabled", ()),
    "disabled, to verify": (
        {"disabled": "verify"},
        {"enabled": False, "email": UNVERIFIED},
        DO,
        "ready",
        ("verify-email",),
    ),
    "unconfirmed": (
        {},
        {"status": UserStatus.UNCONFIRMED, "email": UNVERIFIED},
        BLOCK,
        "unconfirmed",
        (),
    ),
    "unconfirmed, to skip": (
        {"unconfirmed": "skip"},
        {"status": UserStatus.UNCONFIRMED, "email": UNVERIFIED},
        SKIP,
        "unconfirmed",
        (),
    ),
    "unconfirmed, to verify": (
        {"unconfirmed": "verify"},
        {"status": UserStatus.UNCONFIRMED, "email": UNVERIFIED},
        DO,
        "ready",
        ("verify-email",),
    ),
    "reset required": (
        {},
        {"status": UserStatus.RESET_REQUIRED, "email": UNVERIFIED},
        DO,
        "ready",
        ("verify-email",),
    ),
    "temporary password": (
        {},
        {"status": UserStatus.FORCE_CHANGE_PASSWORD, "email": UNVERIFIED},
        DO,
        "ready",
        ("verify-email",),
    ),
}


@pytest.mark.parametrize(
    ("given", "user", "kind", "reason", "steps"), VERIFY_CONTACT.values(), ids=VERIFY_CONTACT.keys()
)
def test_a_line_of_verify_contact(given, user, kind, reason, steps):
    assert decision("verify-contact", given, **user) == Decision(kind, reason, steps)


@pytest.mark.parametrize(
    ("contact", "shared", "blocked"),
    [
        ("email", "email_shared", True),
        ("email", "phone_shared", False),
        ("phone", "phone_shared", True),
        ("phone", "email_shared", False),
        ("both", "email_shared", True),
        ("both", "phone_shared", True),
    ],
)
def test_verify_contact_never_takes_an_alias_from_another_user(contact, shared, blocked):
    user = {"email": UNVERIFIED, "phone": UNVERIFIED, shared: True}

    found = decision("verify-contact", {"contact": contact}, ALIASES, **user)

    assert (found == Decision(BLOCK, "duplicate-contact")) == blocked
    assert decision("verify-contact", {"contact": contact}, pool(), **user).kind is DO


def test_a_shared_contact_that_is_verified_already_blocks_nothing():
    found = decision(
        "verify-contact",
        {"contact": "both"},
        ALIASES,
        email=VERIFIED,
        email_shared=True,
        phone=UNVERIFIED,
    )

    assert found.steps == ("verify-phone",)


SIGN_OUT = {
    "confirmed": ({}, {}, DO, "ready", ("sign-out",)),
    "no contact": ({}, {"email": NONE}, DO, "ready", ("sign-out",)),
    "federated": ({}, {"status": UserStatus.EXTERNAL_PROVIDER}, DO, "ready", ("sign-out",)),
    "reset required": ({}, {"status": UserStatus.RESET_REQUIRED}, DO, "ready", ("sign-out",)),
    "temporary password": ({}, {"status": UserStatus.FORCE_CHANGE_PASSWORD}, DO, "ready", ("sign-out",)),
    "unconfirmed": ({}, {"status": UserStatus.UNCONFIRMED}, SKIP, "unconfirmed", ()),
    "disabled": ({}, {"enabled": False}, SKIP, "disabled", ()),
    "disabled, to sign out": ({"disabled": "sign-out"}, {"enabled": False}, DO, "ready", ("sign-out",)),
    "disabled and unconfirmed": (
        {"disabled": "sign-out"},
        {"enabled": False, "status": UserStatus.UNCONFIRMED},
        SKIP,
        "unconfirmed",
        (),
    ),
}


@pytest.mark.parametrize(("given", "user", "kind", "reason", "steps"), SIGN_OUT.values(), ids=SIGN_OUT.keys())
def test_a_line_of_sign_out(given, user, kind, reason, steps):
    assert decision("sign-out", given, **user) == Decision(kind, reason, steps)


@pytest.mark.parametrize("goal", ["verify-contact", "sign-out"])
def test_no_pool_is_refused(goal):
    assert goals()[goal].refusal(pool(recovery=("admin_only",)), policy(goal)) is None


@pytest.mark.parametrize("goal", ["verify-contact", "sign-out"])
def test_a_change_since_the_incident_means_nothing(goal):
    assert decision(goal, changed_since=True) == decision(goal)


DISABLE = {
    "confirmed": ({}, {}, DO, "ready", ("disable-user",)),
    "never confirmed": ({}, {"status": UserStatus.UNCONFIRMED}, DO, "ready", ("disable-user",)),
    "to be reset": ({}, {"status": UserStatus.RESET_REQUIRED}, DO, "ready", ("disable-user",)),
    "without contact": ({}, {"email": NONE}, DO, "ready", ("disable-user",)),
    "disabled": ({}, {"enabled": False}, SKIP, "already-disabled", ()),
    "federated": ({}, {"status": UserStatus.EXTERNAL_PROVIDER}, DO, "ready", ("disable-user",)),
    "federated, left alone": (
        {"federated": "skip"},
        {"status": UserStatus.EXTERNAL_PROVIDER},
        SKIP,
        "federated",
        (),
    ),
    "changed since": ({}, {"changed_since": True}, SKIP, "changed-since", ()),
    "changed since, and no matter": (
        {"changed_since": "ignore"},
        {"changed_since": True},
        DO,
        "ready",
        ("disable-user",),
    ),
}


@pytest.mark.parametrize(("given", "user", "kind", "reason", "steps"), DISABLE.values(), ids=DISABLE.keys())
def test_disable(given, user, kind, reason, steps):
    assert decision("disable", given, **user) == Decision(kind, reason, steps)


DISABLED = {"enabled": False}
ENABLE = {
    "disabled": ({}, DISABLED, DO, "ready", ("enable-user",)),
    "enabled": ({}, {}, SKIP, "already-enabled", ()),
    "the old password is not wanted": ({"old_password": "block"}, DISABLED, BLOCK, "old-password", ()),
    "a new one must be chosen anyway": (
        {"old_password": "block"},
        DISABLED | {"status": UserStatus.RESET_REQUIRED},
        DO,
        "ready",
        ("enable-user",),
    ),
    "federated": ({}, DISABLED | {"status": UserStatus.EXTERNAL_PROVIDER}, DO, "ready", ("enable-user",)),
}


@pytest.mark.parametrize(("given", "user", "kind", "reason", "steps"), ENABLE.values(), ids=ENABLE.keys())
def test_enable(given, user, kind, reason, steps):
    assert decision("enable", given, **user) == Decision(kind, reason, steps)
