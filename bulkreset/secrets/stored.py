"""Passwords that a service keeps: what stands in its secrets, and what the run file has instead of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import NamedTuple

from bulkreset.secrets.secret import Secret


class Entry(NamedTuple):
    """The password that a step of this row is going to set."""

    row: int
    username: str
    password: Secret


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a password is kept: a version of a secret, which never changes."""

    arn: str
    version: str

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, kept: bytes) -> Reference:
        """Raises ValueError for what is no reference."""
        match json.loads(kept):
            case {"arn": str(arn), "version": str(version)}:
                return cls(arn, version)
            case _:
                raise ValueError("no reference to a secret")


def content_of_one(entry: Entry) -> Secret:
    """The content of a secret for one user."""
    return Secret(json.dumps(_object(entry), ensure_ascii=False))


def content_of_many(entries: Iterable[Entry]) -> Secret:
    """The content of a secret for several users."""
    return Secret(json.dumps([_object(entry) for entry in entries], ensure_ascii=False))


def passwords_in(content: Secret) -> dict[str, Secret]:
    """The passwords in a secret, by username. Raises ValueError for a content of another form."""
    try:
        found = json.loads(content.reveal())
        listed = found if isinstance(found, list) else [found]
        return {one["username"]: Secret(str(one["password"])) for one in listed}
    except (ValueError, KeyError, TypeError):
        # The content may be passwords, so it is not repeated.
        raise ValueError("no passwords by username") from None


def _object(entry: Entry) -> Mapping[str, str]:
    return {"username": entry.username, "password": entry.password.reveal()}
