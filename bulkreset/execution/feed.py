"""The feed: rows from the backlog, each compared with its plan shortly before its first call.

A user is looked at by itself, a moment before its call. Only where that would be slower than the
calls, a whole batch is looked at in one scan of the pool, if the pool is small against the batch.
ListUsers bills nobody either way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from bulkreset.account import Medium
from bulkreset.cognito.directory import pages_of
from bulkreset.execution.drift import contact_drift, drift
from bulkreset.execution.engine import Engine
from bulkreset.execution.item import Item
from bulkreset.execution.ports import Backlog, Pool
from bulkreset.users import UserState

FIRST_BATCH = 16
LARGEST_BATCH = 64
SCAN_BATCH = 1000
LOADS_AT_ONCE = 8
"""Where all rows are passed over a turn still ends soon."""

SCAN_WORTH = 2
"""A scan replaces single looks where it takes so many times fewer calls."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The key of a look's result: the rows that it was for."""

    items: tuple[Item, ...]


class Feed:
    """Rows that are ready for their first call.

    `ready` fills as looks come back; `passed_over` are the media of rows that could not be called.
    `drifted` receives each row that is not as planned, with what differs. `must_wait` says of a row that
    its call cannot be made for now. `held` are rows that the runner has in hand already. `scan_users` is
    how many users a scan would read, None where single looks are fast enough. Rows of waves after `wave`
    stay where they are. `protected` are members of protected groups as they are now.
    """

    def __init__(
        self,
        backlog: Backlog,
        pool: Pool,
        *,
        scan_users: int | None,
        held: frozenset[int],
        drifted: Callable[[Item, str], None],
        must_wait: Callable[[Item], bool],
        wave: int,
        protected: frozenset[str] = frozenset(),
    ) -> None:
        self.ready: deque[Item] = deque()
        self.passed_over: set[Medium] = set()
        self._backlog = backlog
        self._pool = pool
        self._pages = None if scan_users is None else pages_of(scan_users)
        self._held = held
        self._drifted = drifted
        self._protected = protected
        self._must_wait = must_wait
        self._loaded: deque[Item] = deque()
        self._looking = 0
        self._batch, self._largest_batch = FIRST_BATCH, LARGEST_BATCH
        if self._pages is not None and self._pages * SCAN_WORTH <= SCAN_BATCH:
            self._batch = self._largest_batch = SCAN_BATCH
        self._wave = wave
        self._after_turn = 0
        self._exhausted = False

    @property
    def is_over(self) -> bool:
        """Whether every row of the waves so far was handed out, or passed over."""
        return self._exhausted and self.is_quiet

    def refill(self, engine: Engine, now: float, lined_up: int) -> None:
        """Look at more rows while less than a batch waits for its looks or, `lined_up`, for its calls."""
        wanted = self._batch
        self._pass_over()
        for _ in range(LOADS_AT_ONCE):
            if self._exhausted or len(self._loaded) + self._looking + lined_up >= wanted:
                break
            self._load()
            self._pass_over()
        if self._pages is not None and 0 < self._pages * SCAN_WORTH <= len(self._loaded):
            if not self._looking:
                self._look_at_all(engine, now)
            return
        looks_at_once = max(1, engine.capacity // 2)
        while self._loaded and self._looking < looks_at_once and engine.busy < engine.capacity:
            self._look(engine, self._loaded.popleft(), now)

    @property
    def is_quiet(self) -> bool:
        """Whether no row is on its way from here to its call."""
        return not (self._loaded or self._looking or self.ready)

    def open(self, wave: int) -> None:
        """Go on with the rows up to this wave."""
        self._wave = wave
        self._exhausted = False

    def go_back(self, held: frozenset[int]) -> None:
        """Take up the rows that were passed over; `held` are those in hand, which are nobody's else."""
        self.passed_over.clear()
        self._held = held
        self._after_turn = 0
        self._exhausted = False

    def accept(self, looked: Looked, states: dict[str, UserState], looked_at: float) -> None:
        """Take the result of a look."""
        self._looking -= len(looked.items)
        for item in looked.items:
            difference = _difference(item, states.get(item.work.username), self._protected)
            if difference:
                self._drifted(item, difference)
            else:
                item.looked_at = looked_at
                item.address = states[item.work.username].email
                self.ready.append(item)

    def take(self, item: Item) -> None:
        """Bring a row to its next call, over a look at the user where the call rests on what is seen."""
        (self._loaded if item.must_be_looked_at else self.ready).append(item)

    def _load(self) -> None:
        rows = self._backlog.backlog(self._after_turn, self._batch, self._wave)
        self._exhausted = len(rows) < self._batch
        self._batch = min(self._batch * 2, self._largest_batch)
        if rows:
            self._after_turn = rows[-1].turn
        for item in (Item.resumed(row) for row in rows if row.row not in self._held):
            self.take(item)

    def _pass_over(self) -> None:
        """Leave rows that cannot be called today where they are, and go on to the others."""
        waiting = [item for item in self._loaded if self._must_wait(item)]
        if waiting:
            self.passed_over.update(item.medium for item in waiting if item.medium)
            self._loaded = deque(item for item in self._loaded if not self._must_wait(item))
            self._batch = self._largest_batch = SCAN_BATCH  # reading on costs no calls

    def _look(self, engine: Engine, item: Item, now: float) -> None:
        self._submit(engine, (item,), lambda: self._look_at_one(item.work.username), now)

    def _look_at_one(self, username: str) -> dict[str, UserState]:
        state = self._pool.look(username)
        return {username: state} if state else {}

    def _look_at_all(self, engine: Engine, now: float) -> None:
        items = tuple(self._loaded)
        self._loaded.clear()
        wanted = frozenset(item.work.username for item in items)
        self._submit(engine, items, lambda: self._pool.look_at_all(wanted), now)

    def _submit(
        self, engine: Engine, items: tuple[Item, ...], job: Callable[[], dict[str, UserState]], now: float
    ) -> None:
        self._looking += len(items)
        key: Hashable = Looked(items)
        engine.submit(key, job, now)


def _difference(item: Item, now: UserState | None, protected: frozenset[str]) -> str:
    if item.is_untouched and item.work.username in protected:
        return "the user has joined a protected group since the plan"
    if item.is_untouched:
        return drift(item.work.state, item.work.contact, now)
    return contact_drift(item.work.contact, now)
