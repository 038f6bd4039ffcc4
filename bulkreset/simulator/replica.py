"""The view that ListUsers reads: eventually consistent, so it may lag behind the pool."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from bulkreset.clock import Clock
from bulkreset.simulator.engine import User


@dataclass(frozen=True, slots=True)
class Entry:
    """One user as ListUsers shows it."""

    username: str
    status: str
    enabled: bool
    created_at: float
    modified_at: float
    attributes: Mapping[str, str]

    def as_json(self, wanted: Iterable[str] | None = None) -> dict[str, Any]:
        """`UserType` of the API; `wanted` restricts the attributes."""
        names = self.attributes if wanted is None else wanted
        return {
            "Username": self.username,
            "Attributes": [{"Name": name, "Value": self.attributes[name]} for name in names],
            "UserCreateDate": self.created_at,
            "UserLastModifiedDate": self.modified_at,
            "Enabled": self.enabled,
            "UserStatus": self.status,
        }


def entry_of(user: User) -> Entry:
    return Entry(
        username=user.username,
        status=str(getattr(user.status, "value", user.status)),
        enabled=user.enabled,
        created_at=_milliseconds(user.create_date),
        modified_at=_milliseconds(user.last_modified_date),
        attributes=MappingProxyType(dict(user.attribute_lookup)),
    )


def _milliseconds(moment: datetime) -> float:
    """Epoch seconds cut to milliseconds, as Cognito gives its timestamps."""
    return math.floor(moment.replace(tzinfo=UTC).timestamp() * 1000) / 1000


class Replica:
    """Entries of one pool in order of creation. `lag_seconds` is how long a change stays unseen."""

    def __init__(self, clock: Clock, lag_seconds: float) -> None:
        self._clock = clock
        self._lag_seconds = lag_seconds
        self._entries: dict[str, Entry] = {}
        self._earlier: dict[str, deque[tuple[float, Entry | None]]] = {}

    def load(self, users: Iterable[User]) -> None:
        """Takes up users that have been there for long: no lag."""
        for user in users:
            self._entries[user.username] = entry_of(user)

    def update(self, user: User) -> None:
        new = entry_of(user)
        if self._entries.get(user.username) != new:
            self._remember(user.username)
            self._entries[user.username] = new

    def remove(self, username: str) -> None:
        self._remember(username)
        self._entries.pop(username, None)

    def names(self) -> list[str]:
        """Every username that may be visible."""
        if not self._earlier:
            return list(self._entries)
        return list(dict.fromkeys([*self._entries, *self._earlier]))

    def seen(self, username: str) -> Entry | None:
        """The user as ListUsers sees it now; None when it does not."""
        earlier = self._earlier.get(username)
        if earlier:
            visible_until = self._clock.monotonic() - self._lag_seconds
            while earlier and earlier[0][0] <= visible_until:
                earlier.popleft()
            if earlier:
                return earlier[0][1]
            del self._earlier[username]
        return self._entries.get(username)

    @property
    def lags(self) -> bool:
        return bool(self._earlier)

    def _remember(self, username: str) -> None:
        if self._lag_seconds > 0:
            changes = self._earlier.setdefault(username, deque())
            changes.append((self._clock.monotonic(), self._entries.get(username)))
