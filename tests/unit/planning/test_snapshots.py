"""A snapshot of a pool in a file: what goes in comes out, for its owner alone."""

from __future__ import annotations

import dataclasses
import json
import os
import stat

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from factories import pool, snapshot, user

from bulkreset.errors import InputError
from bulkreset.planning.snapshot import (
    FORMAT,
    METADATA_KEY,
    USERS_AT_ONCE,
    Snapshot,
    load_snapshot,
    save_snapshot,
    users_frame,
)
from bulkreset.users import UserStatus

FACTS = pool(
    recovery=("verified_phone_number", "verified_email"), alias_attributes=("email",), name="Kunden ☃"
)
USERS = [
    user("ada", modified_at=1_700_000_000.123456),
    user("bob", email="", email_verified=False, phone_number="+15550100", phone_number_verified=True),
    user("Ünïcode ☃", enabled=False, status=UserStatus.EXTERNAL_PROVIDER, preferred_mfa="SMS_MFA"),
    user("0123", sub="0123", created_at=1_600_000_000.5, attributes='{"custom:dept":"☃"}'),
]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pool.snapshot"


def refused(path) -> str:
    with pytest.raises(InputError) as error:
        load_snapshot(path)
    assert str(path) in str(error.value)
    return str(error.value)


def test_what_is_saved_is_loaded(path):
    taken = Snapshot(FACTS, users_frame(USERS), taken_at=1_700_000_000.5, whole_pool=True)

    save_snapshot(taken, path)
    loaded = load_snapshot(path)

    assert loaded.pool == FACTS
    assert loaded.taken_at == 1_700_000_000.5
    assert loaded.whole_pool is True
    pd.testing.assert_frame_equal(loaded.users, taken.users)


def test_an_empty_pool_is_saved_too(path):
    save_snapshot(snapshot(), path)

    assert load_snapshot(path).users.empty
    assert list(load_snapshot(path).users.columns) == [field.name for field in dataclasses.fields(USERS[0])]


def test_only_its_owner_may_read_it(path):
    before = os.umask(0)
    try:
        save_snapshot(snapshot(*USERS), path)
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_its_owner_may_read_it_where_an_older_attempt_left_a_file_for_all(path):
    left = path.with_name(f".{path.name}.partial")
    left.touch()
    left.chmod(0o644)

    save_snapshot(snapshot(*USERS), path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_else_is_left_beside_it(path):
    save_snapshot(snapshot(*USERS), path)

    assert list(path.parent.iterdir()) == [path]


def test_a_newer_snapshot_replaces_the_older_one(path):
    save_snapshot(snapshot(*USERS), path)
    save_snapshot(snapshot(user("eve")), path)

    assert load_snapshot(path).users["username"].tolist() == ["eve"]


def test_a_missing_file_is_refused(path):
    assert "bulkreset users --snapshot" in refused(path)


@pytest.mark.parametrize("content", [b"", b"username\nada\n", b"PAR1", b"SQLite format 3\0" + bytes(100)])
def test_another_kind_of_file_is_refused(path, content):
    path.write_bytes(content)

    assert "no snapshot of a pool" in refused(path)


def test_a_folder_is_refused(path):
    path.mkdir()

    refused(path)


def test_a_cut_off_snapshot_is_refused(path):
    save_snapshot(snapshot(*USERS), path)
    path.write_bytes(path.read_bytes()[:-20])

    refused(path)


def test_a_table_from_elsewhere_is_refused(path):
    pq.write_table(pa.table({"username": ["ada"]}), path)

    assert "no snapshot of a pool" in refused(path)


def rewritten(path, about: object) -> None:
    """The snapshot in `path` with other words about itself."""
    table = pq.read_table(path)
    pq.write_table(table.replace_schema_metadata({METADATA_KEY: json.dumps(about)}), path)


def test_a_snapshot_of_a_later_format_is_refused(path):
    save_snapshot(snapshot(*USERS), path)
    about = json.loads(pq.read_table(path).schema.metadata[METADATA_KEY])

    rewritten(path, {**about, "format": FORMAT + 1})

    assert "another version" in refused(path)


def test_a_snapshot_of_a_later_format_is_refused_whatever_else_it_holds(path):
    save_snapshot(snapshot(*USERS), path)

    rewritten(path, {"format": FORMAT + 1, "pools": []})

    assert "another version" in refused(path)


def test_a_snapshot_of_an_earlier_format_is_refused(path):
    save_snapshot(snapshot(*USERS), path)

    rewritten(path, {"format": FORMAT - 1, "pool": {}, "taken_at": 0, "whole_pool": True})

    assert "another version; take a new one" in refused(path)


@pytest.mark.parametrize("lie", [{"whole_pool": False}, {"users": 3}])
def test_a_snapshot_that_does_not_hold_the_whole_pool_is_refused(path, lie):
    save_snapshot(snapshot(*USERS), path)
    about = json.loads(pq.read_table(path).schema.metadata[METADATA_KEY])

    rewritten(path, {**about, **lie})

    assert "does not hold the whole pool; take a new one" in refused(path)


def test_a_file_that_is_no_snapshot_is_not_replaced(path):
    path.write_text("username\nada\n", encoding="utf-8")

    with pytest.raises(InputError, match="no snapshot of a pool"):
        save_snapshot(snapshot(*USERS), path)
    assert path.read_text(encoding="utf-8") == "username\nada\n"


def test_a_table_of_many_users_has_each_of_them_once():
    many = [user(f"user-{number}") for number in range(USERS_AT_ONCE + 1)]

    frame = users_frame([*many, user("user-0", email="later@example.com")])

    assert len(frame) == len(many)
    assert frame.set_index("username").loc["user-0", "email"] == "later@example.com"
