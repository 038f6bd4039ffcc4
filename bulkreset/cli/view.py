"""How `watch` shows a run: lines that stay in place on a terminal, a line for whatever is new elsewhere."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from bulkreset.cli.glyphs import glyphs_for
from bulkreset.cli.output import outcomes_text
from bulkreset.cli.painter import Painter
from bulkreset.cli.say import say, stdout_encoding
from bulkreset.cli.watch_frame import Frame, event_text
from bulkreset.clock import iso
from bulkreset.flow.follow import Seen
from bulkreset.reporting.spans import duration


def stays_in_place() -> bool:
    """Whether stdout is a terminal on which lines can be written anew."""
    return sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


class Lines:
    """A line whenever something changed."""

    def __init__(self) -> None:
        self._said = ""
        self._glyphs = glyphs_for(stdout_encoding())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, seen: Seen) -> None:
        for event in seen.news:
            say(self._glyphs.shown(f"{iso(event.at)} {event_text(event)}"))
        line = self._glyphs.shown(f" {self._glyphs.dot} ".join(_parts(seen)))
        if line != self._said:
            say(line)
            self._said = line


class Panel:
    """The whole state at a glance. Only what changed is sent."""

    def __init__(self) -> None:
        self._painter = Painter(sys.stdout)
        self._glyphs = glyphs_for(stdout_encoding())

    def __enter__(self) -> Self:
        self._painter.begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._painter.end()

    def show(self, seen: Seen) -> None:
        columns, rows = shutil.get_terminal_size()
        frame = Frame(seen, columns, self._glyphs)
        self._painter.paint(frame.lines(rows - 1), columns, rows)


def _parts(seen: Seen) -> Iterator[str]:
    yield seen.status["state"]
    if seen.hold is not None:
        yield str(seen.hold["why"])
    if len(seen.waves) > 1:
        yield f"wave {seen.wave} of {len(seen.waves)}"
    yield f"{seen.settled:,} of {seen.to_do:,} ({outcomes_text(seen.status)})"
    if seen.rows_per_second and seen.status["state"] == "running":
        yield f"{seen.rows_per_second:.1f} rows/s"
        yield f"{duration(seen.seconds_left or 0.0)} left"
