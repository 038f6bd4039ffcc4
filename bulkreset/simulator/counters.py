"""What the simulator saw: the figures that tests and benchmarks check rates and effects by."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from typing import Any


class Counters:
    """Thread-safe. Arrival times are monotonic seconds of the simulator's clock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arrivals: defaultdict[str, list[float]] = defaultdict(list)
        self._throttled: Counter[str] = Counter()
        self._effects: Counter[tuple[str, str]] = Counter()

    def arrived(self, operation: str, at: float) -> None:
        with self._lock:
            self._arrivals[operation].append(at)

    def was_throttled(self, category: str) -> None:
        with self._lock:
            self._throttled[category] += 1

    def took_effect(self, operation: str, username: str) -> None:
        with self._lock:
            self._effects[operation, username] += 1

    def calls(self, operation: str) -> int:
        """Calls that arrived, throttled and failed ones included."""
        with self._lock:
            return len(self._arrivals.get(operation, ()))

    def all_calls(self) -> dict[str, int]:
        with self._lock:
            return {operation: len(times) for operation, times in self._arrivals.items()}

    def throttled(self, category: str | None = None) -> int:
        with self._lock:
            return self._throttled.total() if category is None else self._throttled[category]

    def arrivals(self, *operations: str) -> tuple[float, ...]:
        """Arrival times of these operations together, in order."""
        with self._lock:
            return tuple(sorted(at for name in operations for at in self._arrivals.get(name, ())))

    def busiest_second(self, *operations: str, seconds: float = 1.0) -> int:
        """The most arrivals of these operations in any window of one second, or of so many."""
        times = self.arrivals(*operations)
        return max((bisect_left(times, at + seconds) - first for first, at in enumerate(times)), default=0)

    def effects(self, operation: str, username: str | None = None) -> int:
        """Calls that Cognito carried out, whether or not the answer reached the caller."""
        with self._lock:
            if username is not None:
                return self._effects[operation, username]
            return sum(count for (name, _), count in self._effects.items() if name == operation)

    def effects_by_user(self, operation: str) -> dict[str, int]:
        with self._lock:
            return {user: count for (name, user), count in self._effects.items() if name == operation}

    def clear(self) -> None:
        with self._lock:
            self._arrivals.clear()
            self._throttled.clear()
            self._effects.clear()

    def as_json(self) -> dict[str, Any]:
        calls = self.all_calls()
        with self._lock:
            effects: defaultdict[str, dict[str, int]] = defaultdict(dict)
            for (operation, username), count in self._effects.items():
                effects[operation][username] = count
            return {"calls": calls, "throttled": dict(self._throttled), "effects": dict(effects)}
