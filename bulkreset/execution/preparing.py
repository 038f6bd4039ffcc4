"""Passwords that are stored elsewhere before their rows line up: made ahead, many at a time.

A password that is sealed needs nothing of this: it is ready at once, when its call is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bulkreset.execution.engine import Engine
from bulkreset.execution.item import Item
from bulkreset.execution.passwords import Passwords
from bulkreset.execution.ports import Storage
from bulkreset.secrets.stored import Entry

LOTS_AT_ONCE = 2
"""Enough for any quota of Cognito; Secrets Manager takes 50 new secrets a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Lot:
    """The key of a result: rows whose passwords are stored together."""

    items: tuple[Item, ...]
    entries: tuple[Entry, ...]


class Preparing:
    """Rows whose passwords are not stored yet. `announce` is told the names of secrets before they are."""

    def __init__(self, passwords: Passwords, announce: Callable[[Sequence[str]], None]) -> None:
        self._passwords = passwords
        self._announce = announce
        self._waiting: deque[tuple[float, Item]] = deque()
        self._lots = self._under_way = 0

    def __len__(self) -> int:
        return len(self._waiting) + self._under_way

    def concerns(self, item: Item) -> bool:
        """Whether the row has to come here before it lines up."""
        return self._passwords.must_store(item)

    def add(self, item: Item, now: float) -> None:
        self._waiting.append((now, item))

    @property
    def soon_ready(self) -> int:
        """How many rows are about to line up; those that wait for others to fill a lot are not."""
        storage = self._passwords.storage
        full = len(self._waiting) // storage.lot_rows * storage.lot_rows if storage else 0
        return self._under_way + full

    def begin(self, engine: Engine, now: float, *, more_to_come: bool) -> None:
        """Have the next lots stored, of those that are full or wait for nothing any more."""
        storage = self._passwords.storage
        while storage and self._waiting and self._lots < LOTS_AT_ONCE and engine.busy < engine.capacity:
            is_full = len(self._waiting) >= storage.lot_rows
            is_late = self._waiting[0][0] + storage.patience_seconds <= now
            if more_to_come and not (is_full or is_late):
                break
            most = min(storage.lot_rows, len(self._waiting))
            self._submit(storage, [self._waiting.popleft()[1] for _ in range(most)], engine, now)

    def _submit(self, storage: Storage, items: Sequence[Item], engine: Engine, now: float) -> None:
        entries = [Entry(item.work.row, item.work.username, self._passwords.make()) for item in items]
        names, store = storage.lot(entries)
        self._announce(names)
        self._lots += 1
        self._under_way += len(items)
        engine.submit(Lot(tuple(items), tuple(entries)), store, now)

    def finish(self, lot: Lot, stored: Mapping[int, bytes]) -> Sequence[Item]:
        """The rows of a lot that was stored; they can line up now."""
        self._lots -= 1
        self._under_way -= len(lot.items)
        for item, entry in zip(lot.items, lot.entries, strict=True):
            item.prepared = (entry.password, stored[entry.row])
        return lot.items
