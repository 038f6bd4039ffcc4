"""How `watch` shows a run: a panel that stays in place on a terminal, lines elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.panel import Panel as Box
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from bulkreset.cli.output import outcomes_text
from bulkreset.cli.say import say
from bulkreset.clock import iso
from bulkreset.flow.follow import Seen
from bulkreset.ledger.read import Event
from bulkreset.reporting.spans import duration

WIDEST = 100
BAR_WIDTH = 60


class Lines:
    """A line whenever something changed."""

    def __init__(self) -> None:
        self._said = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, seen: Seen) -> None:
        for event in seen.news:
            say(_event(event))
        line = _line(seen)
        if line != self._said:
            say(line)
            self._said = line


class Panel:
    """The whole state at a glance."""

    def __init__(self) -> None:
        self._live = Live(console=Console(), auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, seen: Seen) -> None:
        rates = Table.grid(padding=(0, 2))
        for category, rate in seen.status["rate"].items():
            rates.add_row(category, f"{rate['used']:g}/s", f"of {rate['granted']:g}/s")
        bar = Table.grid()
        bar.add_row(ProgressBar(total=max(1, seen.to_do), completed=seen.settled, width=BAR_WIDTH))
        shown = Group(
            Text(_line(seen)),
            bar,
            rates,
            *(Text(_event(event), style="dim", overflow="ellipsis", no_wrap=True) for event in seen.latest),
        )
        title = f"{seen.status['goal']} · {seen.status['run']}"
        self._live.update(
            Box(shown, title=title, title_align="left", width=min(WIDEST, self._live.console.width))
        )
        self._live.refresh()


def _line(seen: Seen) -> str:
    outcomes = outcomes_text(seen.status)
    parts = [seen.status["state"]]
    if seen.hold is not None:
        parts.append(str(seen.hold["why"]))
    if seen.waves > 1:
        parts.append(f"wave {seen.wave} of {seen.waves}")
    parts.append(f"{seen.settled:,} of {seen.to_do:,} ({outcomes})")
    if seen.rows_per_second and seen.status["state"] == "running":
        parts.append(f"{seen.rows_per_second:.1f} rows/s")
        parts.append(f"{duration(seen.seconds_left or 0.0)} left")
    return " · ".join(parts)


def _event(event: Event) -> str:
    told = event.detail.get("reason") or event.detail.get("why") or event.detail.get("user") or ""
    return f"{iso(event.at)} {event.kind} {told}".rstrip()
