"""Where calls run: local threads, or virtual time for tests and estimates."""

from __future__ import annotations

import heapq
import queue
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol

from bulkreset.clock import Clock, VirtualClock

Job = Callable[[], object]

Began = Callable[[float], None]
"""Is told when a job really began; called by whichever thread runs it."""


def nobody(_began_at: float) -> None:
    """For jobs of which nobody asks when they began."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one job: its value, or the exception that it raised."""

    key: Hashable
    value: object
    error: BaseException | None = None


class Engine(Protocol):
    """Runs jobs side by side. Times are `clock.monotonic()`."""

    capacity: int

    @property
    def busy(self) -> int:
        """Jobs submitted whose result was not collected yet."""

    def submit(self, key: Hashable, job: Job, at: float, began: Began = nobody) -> None:
        """Run `job`, but not before `at`."""

    def collect(self, until: float) -> list[Result]:
        """The results that are there; waits for the first one, at the longest until `until`."""


class ThreadEngine:
    """Jobs on local threads. The threads die with the process and hold up nobody's exit."""

    def __init__(self, threads: int, clock: Clock) -> None:
        self.capacity = threads
        self.busy = 0
        self._clock = clock
        self._tasks: queue.SimpleQueue[tuple[Hashable, Job, float, Began]] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[Result] = queue.SimpleQueue()
        for number in range(threads):
            threading.Thread(target=self._work, name=f"call-{number}", daemon=True).start()

    def submit(self, key: Hashable, job: Job, at: float, began: Began = nobody) -> None:
        self.busy += 1
        self._tasks.put((key, job, at, began))

    def collect(self, until: float) -> list[Result]:
        results = []
        try:
            results.append(self._results.get(timeout=max(0.0, until - self._clock.monotonic())))
            while True:
                results.append(self._results.get_nowait())
        except queue.Empty:
            pass
        self.busy -= len(results)
        return results

    def _work(self) -> None:
        while True:
            key, job, at, began = self._tasks.get()
            self._clock.sleep(at - self._clock.monotonic())
            began(self._clock.monotonic())
            self._results.put(_run(key, job))


class VirtualEngine:
    """Jobs in virtual time: each takes `latency_seconds` and the clock jumps from event to event."""

    def __init__(self, capacity: int, clock: VirtualClock, latency_seconds: float = 0.05) -> None:
        self.capacity = capacity
        self._clock = clock
        self._latency_seconds = latency_seconds
        self._waiting: list[tuple[float, int, Hashable, Job]] = []
        self._submitted = 0

    @property
    def busy(self) -> int:
        return len(self._waiting)

    def submit(self, key: Hashable, job: Job, at: float, began: Began = nobody) -> None:
        self._submitted += 1
        begins_at = max(at, self._clock.monotonic())
        began(begins_at)
        finish = begins_at + self._latency_seconds
        heapq.heappush(self._waiting, (finish, self._submitted, key, job))

    def collect(self, until: float) -> list[Result]:
        if not self._waiting or self._waiting[0][0] > until:
            self._clock.sleep(until - self._clock.monotonic())
            return []
        finish, _, key, job = heapq.heappop(self._waiting)
        self._clock.sleep(finish - self._clock.monotonic())
        return [_run(key, job)]


def _run(key: Hashable, job: Job) -> Result:
    try:
        return Result(key, job())
    except BaseException as error:  # noqa: BLE001 - handed to the caller, who raises what it cannot handle
        return Result(key, None, error)
