"""A column of passwords is held apart from all that a run file or a report keeps."""

from __future__ import annotations

import pytest

from bulkreset.errors import InputError
from bulkreset.goals.registry import policy_keys
from bulkreset.manifests.reading import read_manifest


def only_chunk(path, text):
    path.write_text(text)
    (chunk,) = read_manifest(path, policy_keys(), "permanent-password")
    return chunk


@pytest.mark.parametrize("name", ["password", "Password", " PASSWORD "])
def test_passwords_are_no_extras(tmp_path, name):
    chunk = only_chunk(tmp_path / "users.csv", f"username,{name},team\nada,Chosen-1,red\n")
    assert list(chunk.extras.columns) == ["team"]
    assert chunk.passwords.tolist() == ["Chosen-1"]
    assert "Chosen-1" not in repr(chunk)


@pytest.mark.parametrize(
    "name", ["pass", "TempPW", "TemporaryPassword", "password_1", "Password (temp)", "old_password", "pwd"]
)
def test_names_that_mean_a_password_are_refused(tmp_path, name):
    with pytest.raises(InputError, match="seems to hold passwords; rename it to `password`") as refused:
        only_chunk(tmp_path / "users.csv", f"username,{name}\nada,Chosen-1\n")
    assert "Chosen-1" not in str(refused.value)


@pytest.mark.parametrize("name", ["password_changed_at", "passport", "bypass", "pwa"])
def test_names_that_only_resemble_one_are_carried(tmp_path, name):
    assert list(only_chunk(tmp_path / "users.csv", f"username,{name}\nada,x\n").extras.columns) == [name]


@pytest.mark.parametrize(
    "text",
    ["username,password,team\nada,Cho,sen,red\n", "password,username,team\nCho,sen,ada,red\n"],
    ids=["moved into an extra", "moved into the identifier"],
)
def test_a_password_parted_by_a_comma_is_not_kept_in_the_column_it_was_moved_to(tmp_path, text):
    chunk = only_chunk(tmp_path / "users.csv", text)
    assert "the row has 4 fields" in chunk.rows["problem"].item()
    assert "sen" not in chunk.rows.to_csv() + chunk.extras.to_csv()


def test_the_whole_rows_beside_a_broken_one_are_kept(tmp_path):
    chunk = only_chunk(tmp_path / "users.csv", "username,password,team\nada,C,d,red\nben,Chosen-2,blue\n")
    assert chunk.rows["identifier"].tolist() == ["", "ben"]
    assert chunk.extras["team"].tolist() == ["", "blue"]
