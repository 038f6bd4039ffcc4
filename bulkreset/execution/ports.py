"""What the executor needs from the rest: where rows come from, where changes go, how the pool is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from bulkreset.actions.base import NOTHING, Action, Enclosed
from bulkreset.cognito.answers import Answer
from bulkreset.ledger.journal import SealedPassword, StepChange
from bulkreset.ledger.read import WorkRow
from bulkreset.ledger.states import RunState
from bulkreset.secrets.stored import Entry
from bulkreset.users import UserState


class Backlog(Protocol):
    def unsettled(self) -> list[WorkRow]: ...
    def backlog(self, after_turn: int, limit: int, last_wave: int) -> list[WorkRow]: ...


class ChangeLog(Protocol):
    def record(
        self,
        changes: Sequence[StepChange],
        counts: Mapping[tuple[str, str], float],
        sealed: Sequence[SealedPassword] = (),
    ) -> None: ...
    def event(
        self, at: float, kind: str, detail: Mapping[str, object], meta: Mapping[str, object] | None = None
    ) -> None: ...
    def enter(
        self,
        state: RunState,
        at: float,
        detail: Mapping[str, object],
        meta: Mapping[str, object] | None = None,
    ) -> None: ...
    def keep(self, meta: Mapping[str, object]) -> None: ...


class Pool(Protocol):
    """The pool as the executor asks it. Every method may be called from any thread.

    `look` and `read_back` pace themselves and raise Refused or Stopped; `call` sends one request at
    once. `calls` counts by operation; `aws_time` is AWS's clock, in epoch seconds, at a moment of
    `clock.monotonic()`.
    """

    @property
    def calls(self) -> Counter[str]: ...
    def aws_time(self, monotonic: float) -> float: ...
    def call(self, action: Action, username: str, enclosed: Enclosed = NOTHING) -> Answer: ...
    def look(self, username: str) -> UserState | None: ...
    def look_at_all(self, usernames: frozenset[str]) -> dict[str, UserState]: ...
    def read_back(self, username: str) -> UserState | None: ...


Store = Callable[[], Mapping[int, bytes]]
"""Stores a lot of passwords, and returns by row where. For any thread; raises Refused or Stopped."""


class Storage(Protocol):
    """Where passwords are stored, a lot at a time.

    `patience_seconds` is how long a row waits for others to fill a lot.
    """

    @property
    def lot_rows(self) -> int: ...
    @property
    def patience_seconds(self) -> float: ...
    def lot(self, entries: Sequence[Entry]) -> tuple[Sequence[str], Store]:
        """The names of what is going to be made, and the way to do it."""
