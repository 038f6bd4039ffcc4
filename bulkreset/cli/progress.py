"""Progress on stderr: a bar on a terminal, a structured line every ten seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from bulkreset.cli.output import duration
from bulkreset.execution.notebook import Notebook, RowNews
from bulkreset.ledger.states import Outcome
from bulkreset.reporting.status import Status
from bulkreset.users import masked

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

LINE_SECONDS = 10.0
RATE_WINDOW_SECONDS = 10.0
SETTLED = (Outcome.DONE, Outcome.FAILED, Outcome.UNKNOWN, Outcome.DRIFTED)


class Shown(Protocol):
    """What is told about a run while it goes."""

    def started(self, status: Status) -> None: ...
    def observe(self, notebook: Notebook) -> None: ...


@contextmanager
def progress(log_format: str, *, log_identifiers: bool) -> Iterator[Shown]:
    """The way to tell progress that suits `log_format` (auto, text or json) and the terminal."""
    from bulkreset.cli.logs import logger

    if log_format == "auto" and sys.stderr.isatty():
        from bulkreset.cli.bar import Bar

        with Bar(log_identifiers=log_identifiers) as bar:
            yield bar
    else:
        yield Lines(logger("json" if log_format == "json" else "text"), log_identifiers=log_identifiers)


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


class Lines:
    """Progress as log lines."""

    def __init__(self, log: FilteringBoundLogger, *, log_identifiers: bool) -> None:
        self._log = log
        self._log_identifiers = log_identifiers
        self._pace: Pace | None = None
        self._next_line = 0.0
        self._slow: dict[str, str] = {}

    def started(self, status: Status) -> None:
        self._pace = Pace(status)
        self._next_line = time.monotonic() + LINE_SECONDS
        self._log.info("started", run=status["run"], goal=status["goal"], rows_to_do=self._pace.total)

    def observe(self, notebook: Notebook) -> None:
        for news in notebook.news():
            self._log.warning("row", **described(news, log_identifiers=self._log_identifiers))
        for category, reason, rate in slow_categories(notebook):
            if self._slow.get(category) != reason:
                self._log.warning("slowed down", category=category, rate_per_second=rate, reason=reason)
        self._slow = {category: reason for category, reason, _ in slow_categories(notebook)}
        now = time.monotonic()
        if self._pace is None or now < self._next_line:
            return
        self._next_line = now + LINE_SECONDS
        self._pace.update(notebook)
        left = self._pace.seconds_left
        self._log.info(
            "progress",
            settled=self._pace.settled,
            total=self._pace.total,
            rows_per_second=round(self._pace.rows_per_second, 1),
            left="" if left is None else duration(left),
            **{name: count for name, count in self._pace.outcomes.items() if count},
            **{
                f"{limiter.grant.category}_per_second": round(limiter.rate_per_second, 1)
                for limiter in notebook.limiters.all()
            },
        )


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
