"""Yields to the users who sign in: where they need more of a quota, the run takes less.

AWS counts calls in periods of five minutes, so this follows the day's tide; a sudden rush shows in
throttled answers, which slow the limiters down at once.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Mapping

from bulkreset.clock import Clock
from bulkreset.cognito.account.live_traffic import PERIOD_SECONDS, Traffic
from bulkreset.execution.gates.base import GO, Verdict
from bulkreset.execution.ports import ChangeLog

EVERY_SECONDS = 60.0
REMEMBERED_SECONDS = 1800.0
KEPT_FREE = 0.1
"""The part of a quota that is left beside live users and the run, for what five minutes average out."""

LEAST = 0.05
"""The part of a quota that the run always keeps, so that it comes to an end."""

Rates = Mapping[str, float]
"""Calls per second by quota category."""

Counted = Mapping[str, Traffic] | str
"""What AWS counted by category, or why that cannot be told."""


def ceilings(quotas: Rates, of_others: Rates) -> dict[str, float]:
    """The most that a run may call in each category beside what others call."""
    return {
        category: max(quota * LEAST, quota * (1 - KEPT_FREE) - of_others.get(category, 0.0))
        for category, quota in quotas.items()
    }


class OwnCalls:
    """How many calls this runner has made by when, in epoch seconds of AWS's clock."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, Rates]] = deque()

    def note(self, now: float, calls: Rates) -> None:
        self._seen.append((now, dict(calls)))
        while now - self._seen[0][0] > REMEMBERED_SECONDS:
            self._seen.popleft()

    def between(self, category: str, begin: float, end: float) -> float:
        """The calls within a span; between two notes they count as evenly spread."""
        return self._until(category, end) - self._until(category, begin)

    def _until(self, category: str, moment: float) -> float:
        before = after = None
        for at, calls in self._seen:
            if at <= moment:
                before = (at, calls.get(category, 0.0))
            else:
                after = (at, calls.get(category, 0.0))
                break
        if before is None or after is None:
            return before[1] if before else 0.0
        part = (moment - before[0]) / (after[0] - before[0])
        return before[1] + part * (after[1] - before[1])


class LiveTrafficGate:
    """Never objects; it only lowers and raises rates.

    `count` asks AWS. `own_calls` are this runner's so far by category, `quotas` the account's, `granted` what
    the run would take if it yielded to nobody. `limit` puts ceilings in force and returns the rates that
    follow. `now` is AWS's clock in epoch seconds.
    """

    def __init__(
        self,
        *,
        count: Callable[[], Counted],
        own_calls: Callable[[], Rates],
        quotas: Callable[[], Rates],
        granted: Callable[[], Rates],
        limit: Callable[[Rates], Rates],
        log: ChangeLog,
        clock: Clock,
        now: Callable[[], float],
    ) -> None:
        self._count = count
        self._own_calls = own_calls
        self._quotas = quotas
        self._granted = granted
        self._limit = limit
        self._log = log
        self._clock = clock
        self._now = now
        self._next = clock.monotonic()
        self._answers: queue.SimpleQueue[Counted] = queue.SimpleQueue()
        self._own = OwnCalls()
        self._told: object = None

    def verdict(self) -> Verdict:
        now = self._clock.monotonic()
        if now >= self._next:
            self._next = now + EVERY_SECONDS
            self._own.note(self._now(), self._own_calls())
            threading.Thread(target=self._ask, name="live-traffic", daemon=True).start()
        while not self._answers.empty():
            self._take(self._answers.get())
        return GO

    def _ask(self) -> None:
        self._answers.put(self._count())

    def _take(self, counted: Counted) -> None:
        if isinstance(counted, str):
            self._tell({"why": f"live traffic cannot be read: {counted}"})
            return
        of_others = {name: self._of_others(name, traffic) for name, traffic in counted.items()}
        rates = self._limit(ceilings(self._quotas(), of_others))
        self._tell(
            {
                "others_per_second": {name: round(rate, 2) for name, rate in of_others.items()},
                "rates_per_second": {name: round(rate, 2) for name, rate in rates.items()},
                "granted_per_second": {name: round(rate, 2) for name, rate in self._granted().items()},
            }
        )

    def _of_others(self, category: str, traffic: Traffic) -> float:
        own = self._own.between(category, traffic.began_at, traffic.began_at + PERIOD_SECONDS)
        return max(0.0, traffic.calls_per_second - own / PERIOD_SECONDS)

    def _tell(self, detail: dict[str, object]) -> None:
        """Write it down when it changed."""
        if detail != self._told:
            self._told = detail
            self._log.event(self._clock.now(), "live-traffic", detail)
