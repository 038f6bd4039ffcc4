"""Progress on stderr: a bar on a terminal, a structured line every ten seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import click

from bulkreset.cli.options import Manner
from bulkreset.cli.pace import Pace, described, slow_categories
from bulkreset.execution.gates.base import Hold
from bulkreset.execution.notebook import Notebook
from bulkreset.flow.onlookers import Failing
from bulkreset.reporting.spans import duration
from bulkreset.reporting.status import Status

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger

LINE_SECONDS = 10.0


class Shown(Protocol):
    """What is told about a run while it goes."""

    def started(self, status: Status) -> None: ...
    def observe(self, notebook: Notebook) -> None: ...
    def warn(self, failing: Failing) -> None: ...


@contextmanager
def progress(manner: Manner) -> Iterator[Shown]:
    """The way to tell progress that suits the manner asked for and the terminal."""
    from bulkreset.cli.logs import logger

    if manner.quiet:
        yield Nothing()
    elif manner.log_format == "auto" and sys.stderr.isatty():
        from bulkreset.cli.bar import Bar

        with Bar(log_identifiers=manner.log_identifiers) as bar:
            yield bar
    else:
        log = logger("json" if manner.log_format == "json" else "text")
        yield Lines(log, log_identifiers=manner.log_identifiers)


class Nothing:
    """No progress is told."""

    def started(self, status: Status) -> None: ...
    def observe(self, notebook: Notebook) -> None: ...
    def warn(self, failing: Failing) -> None:
        # Somebody relied on being told, and is not: that is no news of the run, and worth reading.
        click.echo(f"bulkreset: {failing}", err=True)


class Lines:
    """Progress as log lines."""

    def __init__(self, log: FilteringBoundLogger, *, log_identifiers: bool) -> None:
        self._log = log
        self._log_identifiers = log_identifiers
        self._pace: Pace | None = None
        self._next_line = 0.0
        self._slow: dict[str, str] = {}
        self._hold: Hold | None = None

    def started(self, status: Status) -> None:
        self._pace = Pace(status)
        self._next_line = time.monotonic() + LINE_SECONDS
        self._log.info("started", run=status["run"], goal=status["goal"], rows_to_do=self._pace.total)

    def warn(self, failing: Failing) -> None:
        self._log.warning(failing.kind.replace("-", " "), who=failing.who, why=failing.why)

    def observe(self, notebook: Notebook) -> None:
        for news in notebook.news():
            self._log.warning("row", **described(news, log_identifiers=self._log_identifiers))
        for category, reason, rate in slow_categories(notebook):
            if self._slow.get(category) != reason:
                self._log.warning("slowed down", category=category, rate_per_second=rate, reason=reason)
        self._slow = {category: reason for category, reason, _ in slow_categories(notebook)}
        if notebook.hold != self._hold:
            self._hold = notebook.hold
            if self._hold is None:
                self._log.info("goes on")
            else:
                self._log.info("paused", why=self._hold.why)
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
            **({} if left is None else {"left": duration(left)}),
            **{name: count for name, count in self._pace.outcomes.items() if count},
            **{
                f"{limiter.grant.category}_per_second": round(limiter.rate_per_second, 1)
                for limiter in notebook.limiters.all()
                if limiter.grant.category in notebook.active
            },
        )
