"""From rows and a pool to a plan: decisions mapped over the table, and everything it rests on."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from factories import directives, manifest_rows, snapshot, user

from bulkreset.planning.planner import PLAN_COLUMNS, plan_rows
from bulkreset.planning.reasons import meanings
from bulkreset.users import UserStatus, contact_fingerprint

MANIFEST = Path("users.csv")
ADA, BOB = user("ada"), user("bob")
INCIDENT = "2023-11-14T22:00:00Z"
INCIDENT_AT = 1_699_999_200.0


def planned(rows, *users, goal="force-reset", given=None, **pool_changes) -> pd.DataFrame:
    wanted = directives(goal, **(given or {}))
    return plan_rows(manifest_rows(*rows), snapshot(*users, **pool_changes), wanted, MANIFEST)


def reasons(*args, **kwargs) -> list[str]:
    return planned(*args, **kwargs)["reason"].tolist()


def test_a_plan_has_a_row_for_each_manifest_row_with_all_columns_in_order():
    plan = planned([("username", "bob"), ("username", "nobody"), ("email", "ada@example.com")], ADA, BOB)

    assert list(plan.columns) == PLAN_COLUMNS
    assert plan["row"].tolist() == [1, 2, 3]
    assert plan["line"].tolist() == [2, 3, 4]
    assert plan["identifier"].tolist() == ["bob", "nobody", "ada@example.com"]
    assert plan["username"].tolist() == ["bob", "", "ada"]
    assert plan["decision"].tolist() == ["do", "block", "do"]
    assert plan["reason"].tolist() == ["ready", "not-found", "ready"]
    assert plan["steps"].tolist() == ["reset-password sign-out", "", "reset-password sign-out"]


def test_each_user_gets_the_decision_of_its_own_state():
    users = [
        user("ready"),
        user("disabled", enabled=False),
        user("federated", status=UserStatus.EXTERNAL_PROVIDER),
        user("bare", email="", email_verified=False),
        user("unverified", email_verified=False),
        user("required", status=UserStatus.RESET_REQUIRED),
        user("texter", email="", email_verified=False, phone_number="+1555", phone_number_verified=True),
        user("otp", preferred_mfa="EMAIL_OTP"),
    ]
    expected = {
        "ready": "ready",
        "disabled": "disabled",
        "federated": "federated",
        "bare": "no-contact",
        "unverified": "no-verified-contact",
        "required": "already-required",
        "texter": "ready",
        "otp": "mfa-channel",
    }
    rows = [("username", name) for name in expected]

    plan = planned(rows, *reversed(users))

    assert dict(zip(plan["username"], plan["reason"], strict=True)) == expected


def test_a_row_keeps_the_state_that_its_decision_rests_on():
    users = [ADA, user("bob", enabled=False, phone_number="+1555", email_verified=False)]

    plan = planned([("username", "ada"), ("username", "bob"), ("username", "nobody")], *users)

    assert plan["state"].tolist() == [users[0].summary, users[1].summary, ""]
    assert plan["state"][0] == "CONFIRMED, enabled, email verified, phone none"


def test_the_contact_is_kept_as_a_fingerprint_and_only_where_something_is_done():
    plan = planned([("username", "ada"), ("username", "bob")], ADA, user("bob", enabled=False))

    assert plan["contact"].tolist() == [ADA.contact_fingerprint, ""]
    assert ADA.email not in plan["contact"][0]


def test_the_fingerprint_tells_an_email_from_a_phone_number():
    assert contact_fingerprint("a", "b") != contact_fingerprint("ab", "")
    assert contact_fingerprint("a", "") != contact_fingerprint("", "a")


def test_an_invalid_row_is_reported_and_keeps_its_place():
    broken = {"kind": "", "identifier": "a@b@c", "problem": "this is no e-mail address"}

    plan = planned([("username", "ada"), broken, ("username", "bob")], ADA, BOB)

    assert plan["row"].tolist() == [1, 2, 3]
    assert plan["decision"].tolist() == ["do", "invalid", "do"]
    assert plan["reason"].tolist() == ["ready", "invalid", "ready"]
    assert plan["problem"].tolist() == ["", "this is no e-mail address", ""]
    assert plan["steps"].tolist()[1] == plan["username"].tolist()[1] == plan["state"].tolist()[1] == ""


def test_a_manifest_of_invalid_rows_alone_is_planned():
    broken = {"kind": "", "problem": "nothing"}

    assert reasons([broken, broken], ADA) == ["invalid", "invalid"]


def test_an_empty_manifest_is_an_empty_plan():
    assert planned([], ADA).empty
    assert list(planned([], ADA).columns) == PLAN_COLUMNS


def test_in_an_empty_pool_every_row_is_blocked():
    plan = planned([("username", "ada"), ("email", "x@example.com")], alias_attributes=("email",))

    assert plan["reason"].tolist() == ["not-found", "not-found"]
    assert plan["decision"].tolist() == ["block", "block"]


def test_who_is_not_found_is_not_taken_for_a_disabled_user():
    """The first user of the snapshot must not shine through where nobody was found."""
    assert reasons([("username", "nobody")], user("ada", enabled=False)) == ["not-found"]


@pytest.mark.parametrize(
    "name", ["ada", "ADA", "sub-of-ada", "ada@example.com", "Ada@Example.com", "+15550100"]
)
@pytest.mark.parametrize("row", [("username", "ada"), ("email", "ada@example.com"), ("sub", "sub-of-ada")])
def test_a_protected_user_is_protected_by_any_name_whatever_the_manifest_calls_it(name, row):
    ada = user("ada", phone_number="+15550100")

    assert reasons([row, ("username", "bob")], ada, BOB, given={"protected": [name]}) == [
        "protected",
        "ready",
    ]


def test_a_protected_name_protects_every_user_who_holds_it():
    users = [user("ada", email="root@example.com"), user("bob", email="Root@Example.com")]

    found = reasons(
        [("username", "ada"), ("username", "bob")], *users, given={"protected": ["root@example.com"]}
    )

    assert found == ["protected", "protected"]


def test_nobody_is_protected_by_an_absent_contact():
    bare = user("ada", phone_number="")

    assert reasons([("username", "ada")], bare, given={"protected": ["admin"]}) == ["ready"]


@pytest.mark.parametrize(
    ("modified_at", "reason"),
    [
        (INCIDENT_AT - 1, "ready"),
        (INCIDENT_AT, "ready"),
        (INCIDENT_AT + 0.001, "changed-since"),
        (INCIDENT_AT + 9, "changed-since"),
    ],
)
def test_only_users_changed_after_the_incident_are_left_alone(modified_at, reason):
    ada = user("ada", modified_at=modified_at)

    assert reasons([("username", "ada")], ada, given={"not_changed_since": INCIDENT}) == [reason]


def test_without_an_incident_nobody_was_changed_since():
    assert reasons([("username", "ada")], user("ada", modified_at=9e9)) == ["ready"]


def test_an_alias_that_another_user_holds_is_not_verified():
    users = [
        user("ada", email="info@example.com", email_verified=False),
        user("bob", email="INFO@example.com"),
    ]

    found = reasons(
        [("username", "ada")], *users, given={"unverified": "verify-email"}, alias_attributes=("email",)
    )

    assert found == ["duplicate-contact"]


def test_an_email_of_two_users_is_blocked_as_ambiguous():
    users = [user("ada", email="info@example.com"), user("bob", email="info@example.com")]

    plan = planned([("email", "info@example.com")], *users)

    assert plan["reason"].tolist() == ["ambiguous"]
    assert plan["username"].tolist() == [""]


def test_the_input_is_left_as_it_was():
    rows = manifest_rows(("username", "ada"), ("username", "ada"))
    pool = snapshot(ADA, BOB)
    rows_before, users_before = rows.copy(), pool.users.copy()

    plan_rows(rows, pool, directives(), MANIFEST)

    pd.testing.assert_frame_equal(rows, rows_before)
    pd.testing.assert_frame_equal(pool.users, users_before)


def test_every_reason_in_a_plan_has_a_meaning_for_people():
    told = meanings(directives().job.goal)

    assert {"ready", "not-found", "duplicate-row", "invalid", "verify-first", "send-again"} <= told.keys()
    assert all(told.values())
