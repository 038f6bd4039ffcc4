"""A row that fits several users names them, so that somebody can say which one is meant."""

from __future__ import annotations

from pathlib import Path

from factories import directives, manifest_rows, snapshot, user

from bulkreset.planning.planner import plan_rows


def problems(rows, *users, **pool_changes):
    plan = plan_rows(manifest_rows(*rows), snapshot(*users, **pool_changes), directives(), Path("users.csv"))
    return list(zip(plan["decision"], plan["reason"], plan["problem"], strict=True))


def test_two_users_of_one_address_are_named_in_order():
    users = [user("bob", email="x@example.com"), user("ada", email="X@example.com"), user("chi")]

    assert problems([("email", "x@example.com"), ("username", "chi")], *users) == [
        ("block", "ambiguous", "may be ada or bob"),
        ("do", "ready", ""),
    ]


def test_of_many_users_a_few_are_named():
    users = [user(f"user-{number}", phone_number="+15550100") for number in range(1007)]

    assert problems([("phone_number", "+15550100")], *users) == [
        ("block", "ambiguous", "may be user-0, user-1, user-10, user-100, user-1000 or 1,002 more")
    ]


def test_the_alias_that_a_username_may_be_tells_the_candidates():
    users = [user("ada", email="x@example.com"), user("bob", email="x@example.com")]

    assert problems([("username", "x@example.com")], *users, alias_attributes=("phone_number", "email")) == [
        ("block", "ambiguous", "may be ada or bob")
    ]


def test_each_row_has_its_own_candidates():
    users = [
        user("ada", email="x@example.com"),
        user("bob", email="x@example.com"),
        user("chi", email="y@example.com", phone_number="+15550100"),
        user("eve", email="y@example.com", phone_number="+15550100"),
        user("fay", phone_number="+15550100"),
    ]
    rows = [
        ("email", "y@example.com"),
        ("phone_number", "+15550100"),
        ("email", "x@example.com"),
        ("sub", "no"),
    ]

    assert [problem for _, _, problem in problems(rows, *users)] == [
        "may be chi or eve",
        "may be chi, eve or fay",
        "may be ada or bob",
        "",
    ]
