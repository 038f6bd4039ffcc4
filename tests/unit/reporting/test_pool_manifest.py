"""Users of a pool as a manifest: read back they name the same users, and no cell of it is a formula."""

from __future__ import annotations

import csv
import os
import stat

import pandas as pd
import pytest
from factories import directives, snapshot, user

from bulkreset.errors import InputError
from bulkreset.goals.registry import policy_keys
from bulkreset.manifests.reading import read_manifest
from bulkreset.planning.planner import plan_rows
from bulkreset.planning.snapshot import users_frame
from bulkreset.reporting.pool_manifest import COLUMNS, write_manifest
from bulkreset.users import UserStatus

USERS = [
    user("bob", email_verified=False, created_at=1_600_000_000.0),
    user("ada", status=UserStatus.RESET_REQUIRED, enabled=False),
    user("=1+1", email="=cmd|x!A1@example.com"),
    user("@user"),
    user("+15550100", phone_number="+15550100"),
    user("Ünïcode☃😀", email="\x85\u2028\x7f\ufeff😀"),
    user('quo"te,;', sub=""),
]


@pytest.fixture(params=[".csv", ".yaml", ".yml"])
def path(request, tmp_path):
    return tmp_path / f"users{request.param}"


def test_read_back_it_names_every_user_once(path):
    write_manifest(users_frame(USERS), path)

    rows = pd.concat(chunk.rows for chunk in read_manifest(path, policy_keys(), "sign-out"))
    plan = plan_rows(rows, snapshot(*USERS, case_sensitive=True), directives("sign-out"), path)
    assert rows["problem"].tolist() == [""] * len(USERS)
    assert sorted(plan["username"]) == sorted(one.username for one in USERS)


def test_rows_are_in_the_order_of_names_and_say_what_helps(tmp_path):
    path = tmp_path / "users.csv"
    write_manifest(users_frame(USERS[:2]), path)

    with path.open(encoding="utf-8", newline="") as file:
        header, ada, bob = csv.reader(file)
    assert tuple(header) == COLUMNS
    assert ada == [
        "ada",
        "sub-of-ada",
        "RESET_REQUIRED",
        "false",
        "ada@example.com",
        "true",
        "",
        "false",
        "",
        "2020-09-13T12:26:40.000Z",
    ]
    assert (bob[0], bob[8]) == ("bob", "2020-09-13T12:26:40.000Z")


def test_no_cell_is_a_formula_and_who_is_named_so_is_named_by_sub(tmp_path):
    path = tmp_path / "users.csv"
    write_manifest(users_frame(USERS), path)

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [cell for row in rows for cell in row.values() if cell[:1] in ("=", "-", "@")] == []
    assert {row["sub"]: row["username"] for row in rows}["sub-of-=1+1"] == ""


def test_a_formula_that_nothing_else_names_is_refused_and_no_file_left(tmp_path):
    with pytest.raises(InputError, match=r"formula, and nothing else names the user; write a \.yaml file"):
        write_manifest(users_frame([user("=1+1", sub="")]), tmp_path / "users.csv")

    assert list(tmp_path.iterdir()) == []


def test_only_its_owner_may_read_it(path):
    before = os.umask(0)
    try:
        write_manifest(users_frame(USERS), path)
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_is_there_is_not_replaced(path):
    path.write_text("username\n", encoding="utf-8")

    with pytest.raises(InputError, match="this file exists already; name a new one"):
        write_manifest(users_frame(USERS), path)
    assert path.read_text(encoding="utf-8") == "username\n"


@pytest.mark.parametrize("name", ["users.txt", "users", "users.xlsx"])
def test_a_name_that_tells_no_format_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"name it with \.csv or \.yaml"):
        write_manifest(users_frame(USERS), tmp_path / name)
