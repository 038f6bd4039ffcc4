"""The secrets of a run: what they are called, who is in which, and where they are in AWS."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bulkreset.clock import Clock
from bulkreset.cognito.secrets_manager import SecretsManager
from bulkreset.cognito.session import Aws
from bulkreset.execution.ports import Store
from bulkreset.ledger.handout import STORING
from bulkreset.ledger.read import RunReader
from bulkreset.secrets.secret import Secret
from bulkreset.secrets.stored import Entry, content_of_many, content_of_one
from bulkreset.settings.secrets_manager import BATCH_ROWS, SecretsManager as Settings

BATCH_SECONDS = 5.0
"""So long a run waits to fill a batch: at 25 users a second each holds 125."""

USERS_AT_ONCE = 10

LARGEST_BYTES = 64_000
"""A secret holds 65,536 bytes."""

NAME_DIGITS = 12


def secrets_manager(settings: Settings, aws: Aws, clock: Clock) -> SecretsManager:
    """The place that a job names. Makes no call."""
    return SecretsManager(
        aws, clock, region=settings.region or "", kms_key=settings.kms_key or "", tags=settings.tags
    )


def names_made(reader: RunReader) -> list[str]:
    """The names of all secrets that a run has made, or was about to make."""
    stored = (event.detail["secrets"] for event in reader.events() if event.kind == STORING)
    return list(dict.fromkeys(name for names in stored for name in names))


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What is about to be made. Asked for again with the same token it is made once."""

    name: str
    token: str
    content: Secret
    rows: tuple[int, ...]


class SecretStore:
    """Stores passwords in secrets: of a user each, or of a batch."""

    def __init__(self, settings: Settings, run: str, batches: int, place: SecretsManager) -> None:
        """`run` tells runs apart, and `batches` is how many there are of this one already."""
        self._per_user = settings.per == "user"
        self._base = f"{settings.prefix}/{run}"
        self._batches = batches
        self._place = place

    @classmethod
    def of_run(cls, settings: Settings, reader: RunReader, aws: Aws, clock: Clock) -> SecretStore:
        run = str(reader.meta("seal"))[:NAME_DIGITS]
        return cls(settings, run, len(names_made(reader)), secrets_manager(settings, aws, clock))

    @property
    def lot_rows(self) -> int:
        return USERS_AT_ONCE if self._per_user else BATCH_ROWS

    @property
    def patience_seconds(self) -> float:
        return 0.0 if self._per_user else BATCH_SECONDS

    def lot(self, entries: Sequence[Entry]) -> tuple[Sequence[str], Store]:
        """The names of the secrets that these passwords go into, and the way to make them."""
        new = [*(self._of_users(entries) if self._per_user else self._of_batches(entries))]
        return [one.name for one in new], lambda: self._stored(new)

    def _of_users(self, entries: Iterable[Entry]) -> Iterator[NewSecret]:
        """A user's name may be an address, and names of secrets are seen by many: the row stands for it."""
        for entry in entries:
            yield NewSecret(f"{self._base}/{entry.row}", _token(), content_of_one(entry), (entry.row,))

    def _of_batches(self, entries: Sequence[Entry]) -> Iterator[NewSecret]:
        content = content_of_many(entries)
        if len(entries) > 1 and len(content.reveal().encode()) > LARGEST_BYTES:
            half = len(entries) // 2
            yield from self._of_batches(entries[:half])
            yield from self._of_batches(entries[half:])
            return
        self._batches += 1
        rows = tuple(entry.row for entry in entries)
        yield NewSecret(f"{self._base}/{self._batches}", _token(), content, rows)

    def _stored(self, new: Iterable[NewSecret]) -> Mapping[int, bytes]:
        found: dict[int, bytes] = {}
        for one in new:
            reference = self._place.put(one.name, one.token, one.content).to_bytes()
            found.update(dict.fromkeys(one.rows, reference))
        return found


def _token() -> str:
    return str(uuid.uuid4())
