"""The progress bar of a run on a terminal."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from bulkreset.cli.pace import Pace, described, slow_categories
from bulkreset.execution.notebook import Notebook
from bulkreset.flow.onlookers import Failing
from bulkreset.reporting.spans import duration
from bulkreset.reporting.status import Status

REFRESH_SECONDS = 0.25


class Bar:
    """Rows settled, rate and grant, time left and outcomes; rows that were not done scroll by above."""

    def __init__(self, *, log_identifiers: bool) -> None:
        self._log_identifiers = log_identifiers
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
            console=Console(stderr=True),
            auto_refresh=False,
        )
        self._pace: Pace | None = None
        self._task: TaskID | None = None
        self._latest: Notebook | None = None
        self._next_refresh = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._draw()
        self._progress.stop()

    def started(self, status: Status) -> None:
        self._progress.start()
        self._pace = Pace(status)
        self._task = self._progress.add_task(status["goal"], total=self._pace.total, pace="")

    def warn(self, failing: Failing) -> None:
        self._progress.console.print(str(failing), markup=False, highlight=False)

    def observe(self, notebook: Notebook) -> None:
        for news in notebook.news():
            told = described(news, log_identifiers=self._log_identifiers)
            line = "  ".join(f"{key} {value}" for key, value in told.items())
            self._progress.console.print(line, markup=False, highlight=False)
        self._latest = notebook
        now = time.monotonic()
        if now >= self._next_refresh:
            self._next_refresh = now + REFRESH_SECONDS
            self._draw()

    def _draw(self) -> None:
        if self._pace is None or self._task is None or self._latest is None:
            return
        self._pace.update(self._latest)
        pace = _described(self._pace, self._latest)
        self._progress.update(self._task, completed=self._pace.settled, pace=pace)
        self._progress.refresh()


def _described(pace: Pace, notebook: Notebook) -> str:
    if notebook.hold is not None:
        return f"paused: {notebook.hold.why}"
    slowest = min(
        (each for each in notebook.limiters.all() if each.grant.category in notebook.active),
        key=lambda limiter: limiter.rate_per_second,
        default=None,
    )
    grant = f" (grant {slowest.grant.rate_per_second:g}/s)" if slowest else ""
    left = "" if pace.seconds_left is None else f", {duration(pace.seconds_left)} left"
    problems = ", ".join(
        f"{name} {count:,}" for name, count in pace.outcomes.items() if count and name != "done"
    )
    slow = "".join(f" · {category} slowed to {rate:g}/s" for category, _, rate in slow_categories(notebook))
    return f"{pace.rows_per_second:.1f} rows/s{grant}{left}" + (f" · {problems}" if problems else "") + slow
