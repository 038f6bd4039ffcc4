"""What the runs of this machine have sent of a day's messages, in one account and region.

Days here are those of a budget: they begin when the budget is renewed, and carry the date of that day.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bulkreset.account import Medium
from bulkreset.rates.message_counts import Key, MessageCounts

DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600

KEPT = timedelta(days=7)
"""Days older than this are forgotten."""


class Spending:
    """The messages sent, by day, medium and run. Safe to share between threads.

    They are in the file at `path`, or, without one, in memory only. Each run is told by one process,
    which knows its count better than the file does; of the others the file knows. So where the file
    cannot be used, and `trouble` says why, counting goes on, and a file that comes back is made good.
    """

    def __init__(self, path: Path | None) -> None:
        self._file = MessageCounts(path) if path else None
        self._path = path
        self._lock = threading.Lock()
        self._own: dict[Key, int] = {}
        self._known: Mapping[Key, int] = {}
        self._failure = ""

    @property
    def trouble(self) -> str:
        """Why messages of other runs may be missing from the counts, or ""."""
        damage = self._file.damage if self._file else ""
        return "; ".join(filter(None, (damage, self._failure)))

    def spent(self, day: str, medium: Medium) -> int:
        """The messages of all runs."""
        with self._lock:
            self._read()
            return self._sum(day, medium)

    def others(self, day: str, medium: Medium, run_id: str) -> int:
        """The messages of all runs but this one."""
        with self._lock:
            self._read()
            return self._sum(day, medium) - self._counts().get((day, medium, run_id), 0)

    def record(self, day: str, medium: Medium, run_id: str, count: int) -> None:
        """Set how many messages this run has sent, which it knows best."""
        with self._lock, self._booked(day):
            self._own[day, medium, run_id] = max(0, count)

    def take(self, day: str, medium: Medium, run_id: str, count: int, limit: int) -> int:
        """Book messages about to be sent: as many of `count` as leave all runs together within `limit`."""
        with self._lock, self._booked(day):
            granted = max(0, min(count, limit - self._sum(day, medium)))
            self._add(day, medium, run_id, granted)
            return granted

    def give_back(self, day: str, medium: Medium, run_id: str, count: int) -> None:
        """Messages that were booked have not been sent."""
        with self._lock, self._booked(day):
            self._add(day, medium, run_id, -count)

    def _add(self, day: str, medium: Medium, run_id: str, count: int) -> None:
        key = (day, medium, run_id)
        self._own[key] = max(0, self._counts().get(key, 0) + count)

    def _sum(self, day: str, medium: Medium) -> int:
        return sum(count for key, count in self._counts().items() if key[:2] == (day, medium))

    def _counts(self) -> dict[Key, int]:
        return {**self._known, **self._own}

    def _read(self) -> None:
        try:
            if self._file:
                self._known = self._file.read()
        except OSError as error:
            self._fail(error)

    @contextmanager
    def _booked(self, day: str) -> Iterator[None]:
        """Nobody else books meanwhile, and what is booked goes into the file."""
        with ExitStack() as stack:
            is_held = False
            try:
                if self._file:
                    self._known = stack.enter_context(self._file.held())
                    is_held = True
            except OSError as error:
                self._fail(error)
            yield
            try:
                if self._file and is_held:
                    self._file.put(_recent(self._counts(), day))
                    self._failure = ""
            except OSError as error:
                self._fail(error)

    def _fail(self, error: OSError) -> None:
        self._failure = f"{self._path}: {error.strerror}; messages are not counted together with other runs'"


def _recent(counts: Mapping[Key, int], day: str) -> dict[Key, int]:
    oldest = (date.fromisoformat(day) - KEPT).isoformat()
    return {key: count for key, count in counts.items() if key[0] >= oldest}


def budget_day(now: float, renewed_at_hour: int) -> str:
    """The date of the day whose budget is in force, where budgets are renewed at an hour of UTC."""
    return datetime.fromtimestamp(now - renewed_at_hour * HOUR_SECONDS, UTC).date().isoformat()


def next_renewal(now: float, renewed_at_hour: int) -> float:
    """When the next day of the budget begins, in epoch seconds."""
    offset = renewed_at_hour * HOUR_SECONDS
    return ((now - offset) // DAY_SECONDS + 1) * DAY_SECONDS + offset
