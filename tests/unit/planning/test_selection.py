"""Criteria over a table of users: every one by itself, and all of them together."""

from __future__ import annotations

import pandas as pd
import pytest
from factories import LONG_AGO, manifest_rows, pool, snapshot, user

from bulkreset.errors import InputError
from bulkreset.planning.selection import Lists, rows_of, selected, selected_offline
from bulkreset.planning.snapshot import users_frame
from bulkreset.settings.moments import moment_text
from bulkreset.settings.select import selection_of
from bulkreset.users import UserStatus

DAY = 86_400.0
USERS = [
    user("ada", created_at=LONG_AGO, attributes='{"custom:dept":"Sales","family_name":"Ash"}'),
    user("bob", created_at=LONG_AGO + DAY, email_verified=False, status=UserStatus.UNCONFIRMED),
    user("chi", created_at=LONG_AGO + 2 * DAY, enabled=False, modified_at=LONG_AGO + 5 * DAY),
    user(
        "dora",
        email="",
        email_verified=True,
        phone_number="+15550100",
        phone_number_verified=True,
        status=UserStatus.RESET_REQUIRED,
        attributes='{"custom:dept":"sales-emea","custom:note":"custom:other"}',
    ),
]
NO_LISTS = Lists()
EVERYBODY = ["ada", "bob", "chi", "dora"]


def names(asked, lists=NO_LISTS, users=USERS, **facts):
    frame = users_frame(users)
    return frame["username"][selected(frame, selection_of(asked), pool(**facts), lists)].tolist()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"everyone": True}, EVERYBODY),
        ({"status": "UNCONFIRMED"}, ["bob"]),
        ({"status": ["UNCONFIRMED", "RESET_REQUIRED"]}, ["bob", "dora"]),
        ({"enabled": True}, ["ada", "bob", "dora"]),
        ({"enabled": False}, ["chi"]),
        ({"email_verified": True}, ["ada", "chi"]),
        ({"email_verified": False}, ["bob", "dora"]),
        ({"phone_verified": True}, ["dora"]),
        ({"phone_verified": False}, ["ada", "bob", "chi"]),
        ({"created_before": moment_text(LONG_AGO + DAY)}, ["ada"]),
        ({"created_after": moment_text(LONG_AGO + DAY)}, ["bob", "chi"]),
        ({"modified_before": moment_text(LONG_AGO + DAY)}, ["ada", "bob", "dora"]),
        ({"modified_after": moment_text(LONG_AGO + DAY)}, ["chi"]),
        ({"attributes": {"custom:dept": "Sales"}}, ["ada"]),
        ({"attributes": {"custom:dept": "sales"}}, []),
        ({"attributes": {"custom:dept": {"prefix": "sales"}}}, ["dora"]),
        ({"attributes": {"custom:dept": {"regex": "(?i)^sales"}}}, ["ada", "dora"]),
        ({"attributes": {"custom:dept": ""}}, ["bob", "chi"]),
        ({"attributes": {"custom:other": {"regex": "."}}}, []),
        ({"attributes": {"username": {"regex": "^[ab]"}}}, ["ada", "bob"]),
        ({"attributes": {"email": {"prefix": "bob@"}, "sub": "sub-of-bob"}}, ["bob"]),
        ({"attributes": {"phone_number": "+15550100"}}, ["dora"]),
        ({"enabled": True, "email_verified": False, "status": "UNCONFIRMED"}, ["bob"]),
        ({"enabled": False, "email_verified": False}, []),
    ],
)
def test_users_meet_every_criterion(asked, found):
    assert names(asked) == found


def test_two_moments_are_a_span_whose_end_is_not_in_it():
    span = {
        "created_after": moment_text(LONG_AGO),
        "created_before": moment_text(LONG_AGO + 2 * DAY),
    }
    assert names(span) == ["ada", "bob"]


def test_a_user_whose_moment_is_not_known_is_in_no_span():
    assert "dora" not in names({"created_before": "2100-01-01T00:00:00Z"})


def test_case_matters_in_names_and_addresses_where_it_matters_to_the_pool():
    asked = {"attributes": {"email": "ADA@example.com", "username": {"prefix": "A"}}}

    assert names(asked) == ["ada"]
    assert names(asked, case_sensitive=True) == []


def test_members_of_a_group_are_told_from_elsewhere():
    lists = Lists(members=frozenset({"bob", "chi", "gone"}))

    assert names({"group": "staff", "enabled": True}, lists) == ["bob"]


@pytest.mark.parametrize(
    "rows",
    [
        [("username", "ADA"), ("email", "Bob@example.com")],
        [("sub", "sub-of-ada"), ("username", "bob")],
    ],
)
def test_whoever_another_manifest_may_mean_is_left_out(rows):
    lists = Lists(not_in=manifest_rows(*rows))

    assert names({"not_in": "other.csv"}, lists) == ["chi", "dora"]


def test_everybody_whom_an_ambiguous_row_may_mean_is_left_out():
    twins = [user("a", email="x@example.com"), user("b", email="X@example.com"), user("c")]

    assert names({"not_in": "o.csv"}, Lists(not_in=manifest_rows(("email", "x@example.com"))), twins) == ["c"]


def test_a_row_of_another_manifest_may_name_a_user_by_the_alias():
    lists = Lists(not_in=manifest_rows(("username", "ada@example.com")))

    assert "ada" not in names({"not_in": "o.csv"}, lists, alias_attributes=("email",))


def test_nobody_is_selected_of_nobody():
    assert names({"everyone": True}, users=[]) == []
    assert (
        names({"attributes": {"custom:dept": "x"}, "not_in": "o.csv"}, Lists(not_in=manifest_rows()), [])
        == []
    )


def test_rows_are_in_the_order_of_names_and_point_to_the_line_of_the_selection():
    rows = rows_of(["bob", "Ada", "ada"], line=7)

    assert rows["identifier"].tolist() == ["Ada", "ada", "bob"]
    assert rows["row"].tolist() == [1, 2, 3]
    assert set(rows["line"]) == {7}
    assert set(rows["kind"]) == {"username"}


def test_a_snapshot_does_not_tell_groups():
    with pytest.raises(InputError, match="a snapshot does not tell who is in a group"):
        selected_offline(snapshot(*USERS), selection_of({"group": "staff"}), None)


def test_a_snapshot_tells_all_else():
    found = selected_offline(snapshot(*USERS), selection_of({"enabled": False}), None)

    assert (found.usernames, found.looked_at, found.read) == (("chi",), 4, "a snapshot")


def test_what_is_asked_is_told_in_words():
    asked = {
        "group": ["staff", "admins"],
        "status": "CONFIRMED",
        "enabled": True,
        "email_verified": False,
        "modified_before": "2026-11-20T22:00:00Z",
        "attributes": {
            "custom:a": "x",
            "custom:b": "",
            "custom:c": {"prefix": "y"},
            "custom:d": {"regex": "z"},
        },
        "not_in": "o.csv",
    }
    assert str(selection_of(asked)) == (
        "in group staff or admins, status CONFIRMED, enabled, e-mail not verified, "
        "modified before 2026-11-20T22:00:00Z, custom:a is 'x', custom:b is absent, "
        "custom:c begins with 'y', custom:d matches 'z', not in o.csv"
    )
    assert str(selection_of({"everyone": True})) == "everyone"


def test_a_selection_on_a_command_line_is_refused_with_all_that_is_wrong():
    with pytest.raises(InputError) as refusal:
        selection_of(
            {"status": ["confirmed"], "created_before": "now", "attributes": {"dept": {"equals": "x"}}}
        )

    assert len(refusal.value.problems) == 3
    assert "did you mean `CONFIRMED`?" in str(refusal.value)


def test_columns_are_those_of_a_manifest():
    assert list(rows_of([], 1).columns) == [
        "row",
        "line",
        "kind",
        "identifier",
        "overrides",
        "priority",
        "problem",
    ]
    assert isinstance(rows_of([], 1), pd.DataFrame)
