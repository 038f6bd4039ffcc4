"""Work that nobody waits for: done in order on a thread of its own, which holds up no process that ends."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")

CAPACITY = 100


def nothing() -> None:
    """Where nothing has to be made ready."""


class Background(Generic[T]):
    """Does `work` for each item that is put in. What `work` raises is dropped: it tells of failures itself.

    `ready` is called on the thread before the first item, for what takes long to import.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[T], None],
        ready: Callable[[], None] = nothing,
        capacity: int = CAPACITY,
    ) -> None:
        self._work = work
        self._ready = ready
        self._capacity = capacity
        self._items: deque[T] = deque()
        self._changed = threading.Condition()
        self._is_working = False
        threading.Thread(target=self._run, name=name, daemon=True).start()

    @property
    def undone(self) -> int:
        """How many items are not done, that at hand included."""
        with self._changed:
            return len(self._items) + self._is_working

    def put(self, item: T) -> bool:
        """Have an item done at some time. Returns at once; False where too many wait already."""
        with self._changed:
            if len(self._items) >= self._capacity:
                return False
            self._items.append(item)
            self._changed.notify_all()
            return True

    def wait(self, seconds: float) -> bool:
        """Wait until everything is done, at the longest so long; whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._items and not self._is_working, max(0.0, seconds))

    def _run(self) -> None:
        with suppress(Exception):
            self._ready()
        while True:
            with self._changed:
                self._is_working = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: bool(self._items))
                item = self._items.popleft()
                self._is_working = True
            with suppress(Exception):
                self._work(item)
