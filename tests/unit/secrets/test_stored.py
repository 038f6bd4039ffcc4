"""What stands in a secret, and what the run file has instead."""

from __future__ import annotations

import pytest

from bulkreset.flow.secret_store import LARGEST_BYTES, SecretStore
from bulkreset.secrets.secret import Secret
from bulkreset.secrets.stored import Entry, Reference, content_of_many, content_of_one, passwords_in
from bulkreset.settings.secrets_manager import BATCH_ROWS, SecretsManager

ADA = Entry(1, "ada", Secret("first"))
OMER = Entry(2, "ömer", Secret('second"\\'))


def test_contents_are_read_as_they_were_written():
    assert passwords_in(content_of_one(OMER)) == {"ömer": OMER.password}
    assert passwords_in(content_of_many([ADA, OMER])) == {"ada": ADA.password, "ömer": OMER.password}
    reference = Reference("arn:aws:x", "v")
    assert Reference.from_bytes(reference.to_bytes()) == reference


@pytest.mark.parametrize(
    "text", ["", "canary", "[]canary", '{"canary": 1}', '["canary"]', '[{"username": []}]']
)
def test_a_content_of_another_form_is_not_repeated(text):
    with pytest.raises(ValueError, match="no passwords by username") as error:
        passwords_in(Secret(text))
    assert error.value.__suppress_context__
    assert "canary" not in str(error.value)


@pytest.mark.parametrize("kept", [b"", b"{}", b"age-encryption.org/v1\n", b'{"arn": 1, "version": "x"}'])
def test_what_is_no_reference_is_refused(kept):
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own error is one too
        Reference.from_bytes(kept)


class Place:
    def __init__(self):
        self.made = {}

    def put(self, name, token, content):
        self.made[name] = (token, content)
        return Reference(f"arn:{name}", token)


def store(per="batch", batches=0):
    place = Place()
    return SecretStore(SecretsManager(prefix="hand", per=per), "run", batches, place), place


def test_a_batch_that_is_larger_than_a_secret_is_split():
    secrets, place = store(batches=4)
    entries = [Entry(row, f"{row}-{'ü' * 120}", Secret("x" * 256)) for row in range(BATCH_ROWS)]
    names, go = secrets.lot(entries)
    assert place.made == {}, "nothing is made before it is on record"
    references = go()
    assert list(names) == [f"hand/run/{number}" for number in range(5, 5 + len(names))] == list(place.made)
    assert len(names) > 1
    for entry in entries:
        reference = Reference.from_bytes(references[entry.row])
        token, content = place.made[reference.arn.removeprefix("arn:")]
        assert reference.version == token
        assert passwords_in(content)[entry.username] == entry.password
    assert all(len(content.reveal().encode()) <= LARGEST_BYTES for _, content in place.made.values())
    assert len({token for token, _ in place.made.values()}) == len(names)


def test_a_secret_of_a_user_is_named_by_the_row():
    secrets, place = store(per="user")
    names, go = secrets.lot([ADA, OMER])
    go()
    assert list(names) == list(place.made) == ["hand/run/1", "hand/run/2"]
    assert passwords_in(place.made["hand/run/2"][1]) == {"ömer": OMER.password}
