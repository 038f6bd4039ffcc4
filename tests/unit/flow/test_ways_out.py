"""What is offered for a user who cannot be helped as asked does something for that very user."""

from __future__ import annotations

import itertools

import pytest
from factories import pool, user

from bulkreset.flow.user.advice import MEANS, OUT_OF, WAYS, meaning, ways_out
from bulkreset.flow.user.outlook import CONTACTS, Subject, signature_of
from bulkreset.flow.user.wish import Wish
from bulkreset.goals.base import DecisionKind, Ruling
from bulkreset.goals.registry import goals
from bulkreset.users import UserStatus

NO_EMAIL = {"email": "", "email_verified": False}
PHONE = {"phone_number": "+15550100", "phone_number_verified": False}
FOR_RESET = ("verify-email-first", "set-password")
RESET = Wish("reset", "force-reset")
VERIFY = Wish("verify", "verify-contact", {"contact": "email"})
RESEND = Wish("resend", "temporary-password", {"must_change": "resend-invitation"})

OFFERED = {
    "a reset whose code would reach nobody": (RESET, {"email_verified": False}, {}, FOR_RESET),
    "one where either contact could be verified": (
        RESET,
        {"email_verified": False, **PHONE},
        {},
        ("verify-email-first", "verify-phone-first", "set-password"),
    ),
    "one in a pool that recovers by e-mail alone": (
        RESET,
        {"email_verified": False, **PHONE},
        {"recovery": ("verified_email",)},
        FOR_RESET,
    ),
    "one without any contact": (RESET, NO_EMAIL, {}, ("set-password",)),
    "one that is asked for already": (
        RESET,
        {"status": UserStatus.RESET_REQUIRED},
        {},
        ("send-again", "set-password"),
    ),
    "one of a temporary password": (
        RESET,
        {"status": UserStatus.FORCE_CHANGE_PASSWORD},
        {},
        ("resend", "set-password"),
    ),
    "one of a temporary password, with nowhere to send the next": (
        RESET,
        {"status": UserStatus.FORCE_CHANGE_PASSWORD, **NO_EMAIL},
        {},
        ("set-password",),
    ),
    "one of a disabled user": (RESET, {"enabled": False}, {}, ("enable",)),
    "one of a federated user": (RESET, {"status": UserStatus.EXTERNAL_PROVIDER}, {}, ("sign-out",)),
    "one of a sign-up that was never confirmed": (RESET, {"status": UserStatus.UNCONFIRMED}, {}, ()),
    "an address to verify that is not there, beside a number": (
        VERIFY,
        {**NO_EMAIL, **PHONE},
        {},
        ("verify-phone",),
    ),
    "an address to verify of a disabled user": (VERIFY, {"enabled": False}, {}, ("enable",)),
    "an address that is verified": (VERIFY, {}, {}, ()),
}


def subject(changes, pool_changes=(), *, shared=False):
    one = user(**changes)
    return Subject(
        one, signature_of(one, dict.fromkeys(CONTACTS, shared), is_named=False), pool(**dict(pool_changes))
    )


def names(ways):
    return tuple(next(name for name, one in WAYS.items() if one is way) for way in ways)


@pytest.mark.parametrize(
    ("wish", "changes", "pool_changes", "expected"), OFFERED.values(), ids=OFFERED.keys()
)
def test_what_is_offered_for(wish, changes, pool_changes, expected):
    about = subject(changes, pool_changes)
    decision = about.decision(wish.goal, wish.policy)
    assert decision.kind is not DecisionKind.DO
    assert names(ways_out(about, wish, decision.reason)) == expected


def test_no_alias_of_another_user_is_taken_by_a_way_out():
    about = subject({"email_verified": False}, {"alias_attributes": ("email",)}, shared=True)
    assert names(ways_out(about, RESET, "no-verified-contact")) == ("set-password",)


def test_an_invitation_that_was_never_open_is_not_sent_again_but_a_code_may_be():
    assert names(ways_out(subject({}), RESEND, "not-invited")) == ("reset", "set-password")


def test_where_only_administrators_recover_no_reset_is_offered():
    about = subject({"email_verified": False}, {"recovery": ("admin_only",)})
    assert names(ways_out(about, RESET, "no-verified-contact")) == ("set-password",)


def test_the_command_that_was_asked_for_is_not_offered_again():
    wish = Wish("reset", "force-reset", {"unverified": "verify-email"})
    offered = names(ways_out(subject({"email_verified": False, **PHONE}), wish, "no-verified-contact"))
    assert offered == ("verify-phone-first", "set-password")


def test_whoever_the_user_is_every_way_that_is_offered_does_something():
    kinds = itertools.product(UserStatus, (True, False), (True, False), ("", "a@example.com"))
    for status, enabled, verified, email in kinds:
        about = subject({"status": status, "enabled": enabled, "email_verified": verified, "email": email})
        for wish, reason in itertools.product((RESET, VERIFY, RESEND), OUT_OF):
            for way in ways_out(about, wish, reason):
                assert about.decision(way.goal, way.policy).kind is DecisionKind.DO


def test_every_way_asks_its_goal_for_something_that_the_goal_knows():
    for way in WAYS.values():
        keys = {key.name: key.values for key in goals()[way.goal].keys}
        assert all(value in keys[name] for name, value in way.policy.items())
        rulings = [rule.then for rule in goals()[way.goal].rules]
        reasons = {
            ruling.reason
            for then in rulings
            for ruling in ([then] if isinstance(then, Ruling) else then.values())
        } | {rule.reason for rule in goals()[way.goal].rules}
        assert way.reason in {"", *reasons}


def test_whatever_is_explained_is_a_reason_that_some_goal_gives():
    reasons = {rule.reason for goal in goals().values() for rule in goal.rules}
    of_one_user = {"suppressed-address", "not-invited"}
    assert {*MEANS, *OUT_OF} - reasons - of_one_user == set()


def test_a_contact_that_is_missing_locks_nobody_out_of_being_marked_verified():
    assert "locked out" in meaning(RESET, "no-contact")
    assert meaning(VERIFY, "no-contact") == ""
    assert meaning(VERIFY, "protected") == meaning(RESET, "protected") != ""
