"""What progress tells: how far a run is and how fast, which rows were not done, what is slow."""

from __future__ import annotations

import time
from collections import deque

from bulkreset.execution.notebook import Notebook, RowNews
from bulkreset.ledger.states import Outcome
from bulkreset.reporting.status import Status
from bulkreset.users import masked

RATE_WINDOW_SECONDS = 10.0
SETTLED = (Outcome.DONE, Outcome.FAILED, Outcome.UNKNOWN, Outcome.DRIFTED)


class Pace:
    """How far a run is, and how fast: rows settled, rows per second of late, and the time left."""

    def __init__(self, status: Status) -> None:
        self.total: int = status["rows"]["do"]
        # What was unknown before is read back now, and counted again.
        self._before: dict[Outcome, int] = {
            outcome: status["outcomes"][outcome] for outcome in SETTLED if outcome is not Outcome.UNKNOWN
        }
        self.outcomes: dict[str, int] = {outcome.value: count for outcome, count in self._before.items()}
        self.rows_per_second = 0.0
        self._seen = deque([(time.monotonic(), self.settled)])

    def update(self, notebook: Notebook) -> None:
        self.outcomes = {
            outcome.value: self._before.get(outcome, 0) + notebook.settled[outcome] for outcome in SETTLED
        }
        now = time.monotonic()
        self._seen.append((now, self.settled))
        while now - self._seen[1][0] >= RATE_WINDOW_SECONDS:
            self._seen.popleft()
        span = now - self._seen[0][0]
        self.rows_per_second = (self.settled - self._seen[0][1]) / span if span else 0.0

    @property
    def settled(self) -> int:
        return sum(self.outcomes.values())

    @property
    def seconds_left(self) -> float | None:
        if not self.rows_per_second:
            return None
        return (self.total - self.settled) / self.rows_per_second


def described(news: RowNews, *, log_identifiers: bool) -> dict[str, object]:
    """A row that was not done, for a log. Messages may quote the user, so they stay out when masked."""
    identifier = news.identifier if log_identifiers else masked(news.identifier)
    told: dict[str, object] = {
        "row": news.row,
        "identifier": identifier,
        "outcome": news.outcome.value,
        "code": news.code,
    }
    return told | {"message": news.message} if log_identifiers else told


def slow_categories(notebook: Notebook) -> list[tuple[str, str, float]]:
    """Category, reason and present rate of every category that is below its grant."""
    return [
        (limiter.grant.category, limiter.slow_reason, round(limiter.rate_per_second, 1))
        for limiter in notebook.limiters.all()
        if limiter.slow_reason
    ]
