"""Jobs that select their users from the pool, over HTTP: who is taken, and how little is read for it."""

from __future__ import annotations

import pytest

from bulkreset.errors import InputError, Refused
from bulkreset.flow.report import reading
from bulkreset.simulator import SeedUser

MANY = 60


def people():
    """Two of each kind that a selection tells apart, among many confirmed users."""
    many = [
        SeedUser(f"user-{number:02d}", email=f"user-{number:02d}@example.com", email_verified=True)
        for number in range(MANY)
    ]
    return [
        *many,
        SeedUser("staff-2", email="staff-2@example.org", email_verified=True, groups=("staff",)),
        SeedUser("staff-1", email="staff-1@example.org", email_verified=True, groups=("staff", "admins")),
        SeedUser("admin-1", email="admin-1@example.org", email_verified=False, groups=("admins",)),
        SeedUser("sales-1", email="s1@example.org", email_verified=True, attributes={"custom:dept": "Sales"}),
        SeedUser("new-1", email="new-1@example.org", email_verified=True, status="FORCE_CHANGE_PASSWORD"),
        SeedUser("gone-1", email="gone-1@example.org", email_verified=True, enabled=False),
    ]


@pytest.fixture
def night(rehearse):
    return rehearse(people())


CHOSEN = [
    ({"group": "staff"}, ["staff-1", "staff-2"]),
    ({"group": "staff", "read": "scan"}, ["staff-1", "staff-2"]),
    ({"group": ["staff", "admins"]}, ["admin-1", "staff-1", "staff-2"]),
    ({"group": "admins", "email_verified": False}, ["admin-1"]),
    ({"status": "FORCE_CHANGE_PASSWORD"}, ["new-1"]),
    ({"enabled": False}, ["gone-1"]),
    ({"email_verified": False}, ["admin-1"]),
    ({"attributes": {"custom:dept": "Sales"}}, ["sales-1"]),
    ({"attributes": {"email": {"regex": r"^s.*@example\.org$"}}}, ["sales-1", "staff-1", "staff-2"]),
    ({"attributes": {"username": {"prefix": "staff-"}}}, ["staff-1", "staff-2"]),
    ({"attributes": {"email": "new-1@example.org"}}, ["new-1"]),
]
"""What is asked, and who it takes. `read` is the job's."""


def names_in(night, run):
    """The selected users, in the order of the rows."""
    return list(night.rows(run))


def kept(run):
    """What the run keeps of its selection, and the calls that planning made."""
    with reading(run) as reader:
        return reader.meta("selection"), reader.counters("calls")


def test_whoever_meets_all_criteria_becomes_a_row(night):
    for asked, names in CHOSEN:
        criteria = {key: value for key, value in asked.items() if key != "read"}
        run = night.select(criteria, read=asked.get("read", "auto"))
        assert names_in(night, run) == names, asked


def test_the_cheapest_read_is_taken_and_the_run_keeps_how_many_were_looked_at(night):
    by_group, calls = kept(night.select({"group": "staff", "status": "CONFIRMED"}))
    assert by_group == {
        "criteria": {"group": ["staff"], "status": ["CONFIRMED"]},
        "text": "in group staff, status CONFIRMED",
        "read": "members of staff",
        "looked_at": 2,
        "matched": 2,
    }
    assert (calls["ListUsersInGroup"], calls.get("ListUsers", 0)) == (1, 0)

    by_status, calls = kept(night.select({"status": ["FORCE_CHANGE_PASSWORD", "UNCONFIRMED"]}))
    assert (by_status["looked_at"], by_status["matched"], calls["ListUsers"]) == (1, 1, 2)

    everybody, _ = kept(night.select({"enabled": True}))
    assert (everybody["read"], everybody["looked_at"], everybody["matched"]) == ("the whole pool", 66, 65)


def test_an_unchanged_pool_gives_the_same_plan_again_in_the_order_of_names(night):
    first, second = night.select({"everyone": True}), night.select({"everyone": True}, read="get")

    assert night.status(first)["digest"] == night.status(second)["digest"]
    assert names_in(night, first) == sorted(names_in(night, first))


def test_users_whom_another_manifest_lists_are_left_out(night):
    night.desk.manifest(["staff-1@example.org", "new-1@example.org"], "email", "done.csv")

    run = night.select({"attributes": {"email": {"prefix": "staff"}}, "not_in": "done.csv"})

    assert names_in(night, run) == ["staff-2"]
    assert kept(run)[0]["criteria"]["not_in"] == str(night.desk.folder / "done.csv")


def test_another_manifest_with_a_row_that_cannot_be_used_is_refused(night):
    night.desk.manifest(["staff-1.example.org"], "email", "done.csv")

    with pytest.raises(InputError, match=r"done\.csv:2: email 'staff-1\.example\.org' has no @"):
        night.select({"everyone": False, "status": "CONFIRMED", "not_in": "done.csv"})


def test_a_group_that_the_pool_does_not_have_is_refused(night):
    with pytest.raises(Refused, match="Group not found"):
        night.select({"group": "stuff"})


def test_nobody_selected_is_a_plan_of_nothing(night):
    run = night.select({"attributes": {"custom:dept": "Marketing"}})

    assert night.status(run)["rows"]["total"] == 0
    assert night.apply(run)


def test_the_other_holder_of_a_selected_contact_is_found_too(rehearse):
    """An alias of somebody who was not selected is not taken away from them."""
    users = [
        SeedUser("ada", email="shared@example.com"),
        SeedUser("bob", email="shared@example.com", email_verified=True),
        *[SeedUser(f"user-{number:02d}", status="UNCONFIRMED") for number in range(5)],
    ]
    night = rehearse(users, pool={"alias_attributes": ("email",)})

    run = night.select({"attributes": {"username": "ada"}}, goal="verify-contact")

    assert [(row["decision"], row["reason"]) for row in night.rows(run).values()] == [
        ("block", "duplicate-contact")
    ]


def test_a_change_in_the_order_of_reading_does_not_lose_users_of_a_pool_with_odd_subs(rehearse):
    odd = [SeedUser(f"odd-{number}", sub=f"{first}-{number}") for number, first in enumerate("xyz_-")]
    usual = [SeedUser(f"user-{number:04d}") for number in range(32 * 60)]
    night = rehearse([*odd, *usual])

    run = night.select({"everyone": True}, goal="sign-out")

    assert night.status(run)["rows"]["total"] == len(odd) + len(usual)
