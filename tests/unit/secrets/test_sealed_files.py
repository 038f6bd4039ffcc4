"""Files sealed to age keys: their owners open them, and nobody else."""

from __future__ import annotations

import pyrage
import pytest
from factories import snapshot, user

from bulkreset.errors import InputError
from bulkreset.planning.snapshot import load_snapshot, save_snapshot
from bulkreset.secrets.age import is_sealed, seal, unseal

ADA, BOB, EVE = (pyrage.x25519.Identity.generate() for _ in range(3))
BOTH = [str(ADA.to_public()), str(BOB.to_public())]


@pytest.fixture
def key_file(tmp_path):
    def key_file(*identities, name="key.txt"):
        path = tmp_path / name
        lines = ["# created: 2026-11-23", "", *map(str, identities)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return key_file


def refused(content, path, identity) -> str:
    with pytest.raises(InputError) as error:
        unseal(content, path, identity)
    assert "AGE-SECRET" not in str(error.value).removesuffix("`AGE-SECRET-KEY-`")
    return str(error.value)


@pytest.mark.parametrize("reader", [ADA, BOB], ids=["first", "second"])
def test_every_recipient_opens_a_sealed_snapshot(tmp_path, key_file, reader):
    path = tmp_path / "pool.age"

    save_snapshot(snapshot(user("ada"), user("bob")), path, BOTH)

    assert is_sealed(path.read_bytes())
    assert b"ada" not in path.read_bytes()
    assert load_snapshot(path, key_file(EVE, reader)).users["username"].tolist() == ["ada", "bob"]
    assert [left.name for left in tmp_path.iterdir() if left.suffix == ".partial"] == []


def test_a_sealed_snapshot_is_not_opened_without_the_right_identity(tmp_path, key_file):
    path = tmp_path / "pool.age"
    save_snapshot(snapshot(user("ada")), path, BOTH)

    with pytest.raises(
        InputError, match="this file is encrypted; name the file of your age identity with --id"
    ):
        load_snapshot(path)
    assert "no key in" in refused(path.read_bytes(), path, key_file(EVE))


def test_a_sealed_snapshot_that_is_damaged_or_cut_off_is_refused(tmp_path, key_file):
    sealed, key = seal(b"x" * 1000, BOTH), key_file(ADA)

    for damaged in (sealed[:-1], sealed[:200], sealed[:-1] + bytes([sealed[-1] ^ 1])):
        assert "damaged" in refused(damaged, tmp_path / "pool.age", key)


def test_a_sealed_file_that_holds_something_else_is_no_snapshot(tmp_path, key_file):
    path = tmp_path / "letter.age"
    path.write_bytes(seal(b"dear diary", BOTH))

    with pytest.raises(InputError, match="no snapshot of a pool"):
        load_snapshot(path, key_file(ADA))


def test_a_sealed_file_is_not_replaced(tmp_path):
    path = tmp_path / "letter.age"
    path.write_bytes(seal(b"dear diary", BOTH))

    with pytest.raises(InputError, match="this file exists, and is encrypted"):
        save_snapshot(snapshot(user("ada")), path)


@pytest.mark.parametrize(
    "recipient", ["", "age1xyz", "ssh-ed25519 AAAA", str(ADA)], ids=["empty", "short", "ssh", "secret"]
)
def test_what_is_no_public_key_is_refused_and_not_repeated(recipient):
    with pytest.raises(InputError, match="a recipient is not an age public key") as error:
        seal(b"", [BOTH[0], recipient])

    assert not recipient or recipient not in str(error.value)


def test_a_key_file_is_told_its_line_and_not_its_secret(tmp_path, key_file):
    broken = key_file(str(ADA)[:-1])

    told = refused(seal(b"x", BOTH), tmp_path / "pool.age", broken)

    assert told.startswith(f"{broken}:3: this line is no age identity")
    assert str(ADA)[20:40] not in told


def test_a_key_file_that_is_missing_or_empty_is_refused(tmp_path, key_file):
    sealed = seal(b"x", BOTH)

    assert "cannot be read" in refused(sealed, tmp_path / "p", tmp_path / "none.txt")
    assert "no age identity in this file" in refused(sealed, tmp_path / "p", key_file())
