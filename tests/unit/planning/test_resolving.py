"""Whom a manifest row names, in every kind of pool."""

from __future__ import annotations

import pytest
from factories import manifest_rows, snapshot, user

from bulkreset.planning.resolve import resolve
from bulkreset.planning.snapshot import users_frame

ADA = user("ada", email="ada@example.com", phone_number="+15550100")
BOB = user("bob", email="bob@example.com", phone_number="+15550101")


def found(rows, *users, **pool_changes) -> list[str]:
    """The username of each row's user, or how many there are instead of one."""
    resolved = resolve(manifest_rows(*rows), snapshot(*users, **pool_changes))
    pairs = zip(resolved["match"], resolved["username"], strict=True)
    return [username if match == "one" else match for match, username in pairs]


@pytest.mark.parametrize(
    "row",
    [
        ("username", "ada"),
        ("sub", "sub-of-ada"),
        ("email", "ada@example.com"),
        ("phone_number", "+15550100"),
    ],
)
def test_a_user_is_found_by_any_kind_of_identifier(row):
    assert found([row], BOB, ADA) == ["ada"]


@pytest.mark.parametrize(
    "row", [("username", "sub-of-ada"), ("email", "ada"), ("sub", "ada"), ("phone_number", "ada@example.com")]
)
def test_an_identifier_is_not_taken_for_another_kind(row):
    assert found([row], BOB, ADA) == ["none"]


def test_rows_of_all_kinds_are_resolved_together_and_keep_their_order():
    rows = [
        ("phone_number", "+15550101"),
        ("username", "ada"),
        ("email", "nobody@x.org"),
        ("sub", "sub-of-bob"),
    ]

    assert found(rows, ADA, BOB) == ["bob", "ada", "none", "bob"]


def test_a_row_carries_the_state_of_its_own_user():
    resolved = resolve(manifest_rows(("username", "bob"), ("username", "ada")), snapshot(ADA, BOB))

    assert resolved["email"].tolist() == ["bob@example.com", "ada@example.com"]
    assert resolved["sub"].tolist() == ["sub-of-bob", "sub-of-ada"]
    assert resolved["status"].tolist() == ["CONFIRMED", "CONFIRMED"]


@pytest.mark.parametrize(
    "row",
    [("username", "ADA"), ("email", "Ada@Example.COM"), ("username", "Ada"), ("email", "ADA@example.com")],
)
def test_case_does_not_matter_in_a_case_insensitive_pool(row):
    assert found([row], ADA, BOB, case_sensitive=False) == ["ada"]


@pytest.mark.parametrize("row", [("username", "ADA"), ("email", "Ada@Example.COM")])
def test_case_matters_in_a_case_sensitive_pool(row):
    assert found([row], ADA, BOB, case_sensitive=True) == ["none"]


def test_the_pools_own_spelling_does_not_matter_in_a_case_insensitive_pool():
    assert found([("email", "ada@example.com")], user("ada", email="Ada@Example.com")) == ["ada"]


def test_users_who_differ_in_case_alone_are_two_in_a_case_sensitive_pool():
    lower, upper = user("ada"), user("ADA", email="other@example.com")

    assert found([("username", "ada"), ("username", "ADA")], lower, upper, case_sensitive=True) == [
        "ada",
        "ADA",
    ]


def test_case_always_matters_in_a_sub():
    assert found([("sub", "SUB-OF-ADA")], ADA, case_sensitive=False) == ["none"]


def test_a_call_is_made_with_the_name_that_cognito_returned():
    assert found([("username", "ADA")], user("ada")) == ["ada"]


def test_an_email_of_two_users_is_ambiguous():
    shared = [user("ada", email="info@example.com"), user("bob", email="info@example.com")]

    assert found([("email", "info@example.com")], *shared) == ["many"]


def test_an_email_of_two_users_in_two_spellings_is_ambiguous():
    shared = [user("ada", email="info@example.com"), user("bob", email="INFO@example.com")]

    assert found([("email", "info@example.com")], *shared, case_sensitive=False) == ["many"]
    assert found([("email", "info@example.com")], *shared, case_sensitive=True) == ["ada"]


def test_a_phone_number_of_three_users_is_ambiguous():
    shared = [user(name, phone_number="+15550100") for name in ("ada", "bob", "eve")]

    assert found([("phone_number", "+15550100")], *shared) == ["many"]


@pytest.mark.parametrize(
    "row", [("email", "nobody@example.com"), ("username", "nobody"), ("username", "ambiguous")]
)
def test_who_is_not_named_leaves_no_trace_of_another_user(row):
    shared = [user("ada", email="info@example.com"), user("bob", email="info@example.com")]

    resolved = resolve(manifest_rows(row, ("email", "info@example.com")), snapshot(*shared))

    for column in ("username", "sub", "status", "email", "phone_number", "preferred_mfa"):
        assert resolved[column].tolist() == ["", ""]
    assert resolved["email_shared"].tolist() == [False, False]


UUID = "b6f2a4e0-0000-4000-8000-000000000001"
BY_EMAIL = user(UUID, sub=UUID, email="ada@example.com")


@pytest.mark.parametrize("kind", ["username", "email"])
def test_in_a_pool_where_the_email_is_the_username_people_call_it_so(kind):
    assert found([(kind, "ada@example.com")], BY_EMAIL, BOB, username_attributes=("email",)) == [UUID]


@pytest.mark.parametrize("kind", ["username", "sub"])
def test_in_a_pool_where_the_email_is_the_username_the_real_username_counts_too(kind):
    assert found([(kind, UUID)], BY_EMAIL, BOB, username_attributes=("email",)) == [UUID]


def test_in_a_pool_where_the_phone_is_the_username_it_is_found_too():
    by_phone = user(UUID, sub=UUID, phone_number="+15550100")

    assert found([("username", "+15550100")], by_phone, username_attributes=("phone_number",)) == [UUID]


def test_an_alias_may_stand_where_a_username_does():
    assert found([("username", "ada@example.com")], ADA, BOB, alias_attributes=("email",)) == ["ada"]


def test_where_names_alone_sign_in_an_email_is_no_username():
    assert found([("username", "ada@example.com")], ADA, BOB) == ["none"]


def test_a_username_goes_before_an_alias_of_the_same_text():
    """Somebody else holds this e-mail address, but this is the user's very name."""
    named, holder = user("info@example.com", email="x@example.com"), user("bob", email="info@example.com")

    assert found([("username", "info@example.com")], holder, named, alias_attributes=("email",)) == [
        "info@example.com"
    ]


def test_an_alias_of_two_users_in_the_username_column_is_ambiguous():
    shared = [user("ada", email="info@example.com"), user("bob", email="info@example.com")]

    assert found([("username", "info@example.com")], *shared, alias_attributes=("email",)) == ["many"]


def test_users_without_a_contact_do_not_share_it():
    bare = [user(name, email="", email_verified=False) for name in ("ada", "bob")]

    resolved = resolve(manifest_rows(("username", "ada")), snapshot(*bare))

    assert not resolved["email_shared"].any()
    assert not resolved["phone_shared"].any()


def test_a_contact_is_shared_with_users_who_are_not_in_the_manifest():
    users = [
        user("ada", email="info@example.com", phone_number="+15550100"),
        user("bob", email="Info@Example.com"),
        user("eve", phone_number="+15550100"),
    ]

    resolved = resolve(
        manifest_rows(("username", "ada"), ("username", "bob"), ("username", "eve")), snapshot(*users)
    )

    assert resolved["email_shared"].tolist() == [True, True, False]
    assert resolved["phone_shared"].tolist() == [True, False, True]


def test_in_an_empty_pool_nobody_is_found():
    rows = [("username", "ada"), ("email", "ada@example.com"), ("sub", "x"), ("phone_number", "+1")]

    assert found(rows, alias_attributes=("email",)) == ["none"] * 4


def test_an_empty_manifest_names_nobody():
    assert found([], ADA) == []
    assert found([]) == []


def test_an_empty_identifier_is_not_the_user_without_that_contact():
    assert found([("phone_number", "")], user("ada", phone_number="")) == ["none"]


def test_many_rows_find_their_own_users():
    users = [user(f"user-{number}") for number in range(500)]
    rows = [("email", f"USER-{number}@example.com") for number in reversed(range(500))]

    assert found(rows, *users) == [f"user-{number}" for number in reversed(range(500))]


def test_of_two_descriptions_of_one_user_the_later_one_counts():
    frame = users_frame([user("ada", email="old@example.com"), BOB, user("ada", email="new@example.com")])

    emails = dict(zip(frame["username"], frame["email"], strict=True))
    assert emails == {"ada": "new@example.com", "bob": "bob@example.com"}
    assert len(frame) == 2
