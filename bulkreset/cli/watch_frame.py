"""What `watch` shows of a run at one moment: lines for a terminal, of so many columns at most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain

from bulkreset.cli.glyphs import Glyphs
from bulkreset.cli.output import outcomes_text
from bulkreset.cli.watch_errors import errors_told
from bulkreset.cli.watch_waits import waits
from bulkreset.clock import time_of_day
from bulkreset.flow.follow import Seen, Wave
from bulkreset.ledger.read import Event
from bulkreset.reporting.spans import duration

WIDEST = 100
LABEL = 10
CATEGORY = 20
FIGURES = 16
SMOOTHED_LOOKS = 5
"""A rate is told over the last few looks; the sparkline shows each."""

WAITS_LINES = 3
OUTCOME_LINES = 2
WAVES_AROUND = 2


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines of one moment."""

    seen: Seen
    columns: int
    glyphs: Glyphs

    def lines(self, rows: int = 24) -> list[str]:
        """At most `rows` of them, the events giving way first."""
        told = [*self._head(), *self._sections()]
        events = [self._event(event) for event in reversed(self.seen.latest)]
        room = max(0, rows - len(told))
        return [self.glyphs.cut(self.glyphs.shown(line), self._width) for line in (*told, *events[:room])][
            :rows
        ]

    def _head(self) -> Iterator[str]:
        seen = self.seen
        status = seen.status
        yield self._joined(status["goal"], status["run"], status["state"])
        part = seen.settled / seen.to_do if seen.to_do else 1.0
        figures = f" {seen.settled:,} of {seen.to_do:,}, {int(part * 100)} %"
        yield self.glyphs.bar(part, max(0, self._width - len(figures))) + figures
        yield from self.glyphs.wrapped(outcomes_text(status, but="not-attempted"), self._width, OUTCOME_LINES)

    def _pace(self) -> Iterator[str]:
        seen = self.seen
        if seen.rows_per_second and seen.status["state"] == "running":
            yield f"{seen.rows_per_second:.1f} rows/s"
            if seen.seconds_left is not None:
                through = datetime.fromtimestamp(seen.at + seen.seconds_left, UTC)
                yield f"{duration(seen.seconds_left)} left, until {through:%H:%M} UTC"

    def _sections(self) -> Iterator[str]:
        """Each with its name in front of its first line."""
        seen = self.seen
        told = (self.glyphs.wrapped(why, self._width - LABEL, WAITS_LINES) for why in waits(seen))
        yield from self._section("waits", list(chain.from_iterable(told)))
        yield from self._section("pace", [self._joined(*self._pace())])
        yield from self._section("rate", [self._rate(category) for category in seen.status["rate"]])
        if len(seen.waves) > 1:
            yield from self._section("waves", self._folded(list(self._waves())))
        yield from self._section("messages", self._folded(list(self._messages())))
        yield from self._section("errors", list(errors_told(seen.errors)))

    def _section(self, name: str, lines: list[str]) -> Iterator[str]:
        for number, line in enumerate(filter(None, lines)):
            yield f"{'' if number else name:{LABEL}}{line}"

    def _rate(self, category: str) -> str:
        granted = self.seen.status["rate"][category]["granted"]
        rates = self.seen.calls_per_second.get(category, ())
        late = rates[-SMOOTHED_LOOKS:]
        used = sum(late) / len(late) if late else self.seen.status["rate"][category]["used"]
        figures = f"{used:.1f}/s of {granted:g}/s"
        room = self._width - LABEL - CATEGORY - 2 - FIGURES
        picture = f"{self.glyphs.sparkline(rates, granted, room)} " if room > 0 else ""
        return f"{self.glyphs.cut(category, CATEGORY):{CATEGORY}} {picture}{figures:>{FIGURES}}"

    def _waves(self) -> Iterator[str]:
        """Those around the one at hand, and how many there are before and after."""
        waves, here = self.seen.waves, self.seen.wave
        before = [number for number in waves if number < here - WAVES_AROUND]
        if before:
            yield f"{len(before)} more done"
        for number, wave in waves.items():
            if abs(number - here) <= WAVES_AROUND:
                yield _wave(number, wave, here)
        after = [number for number in waves if number > here + WAVES_AROUND]
        if after:
            yield f"{len(after)} more to come"

    def _messages(self) -> Iterator[str]:
        for one in self.seen.messages:
            yield f"{one.medium} {one.sent:,} today" + (
                f" of {one.allowed:,}" if one.allowed is not None else ", no limit known"
            )

    def _event(self, event: Event) -> str:
        return f"{time_of_day(event.at)}  {event_text(event)}"

    def _folded(self, parts: list[str]) -> list[str]:
        """The parts, on as many lines as they need: none is broken."""
        lines: list[str] = []
        for part in parts:
            joined = self._joined(*lines[-1:], part)
            if lines and len(joined) > self._width - LABEL:
                lines.append(part)
            else:
                lines[-1:] = [joined]
        return lines

    def _joined(self, *parts: str) -> str:
        return f" {self.glyphs.dot} ".join(filter(None, parts))

    @property
    def _width(self) -> int:
        # A terminal that got something in its last column may go to the next line.
        return max(1, min(WIDEST, self.columns - 1))


def event_text(event: Event) -> str:
    """What happened, without when."""
    detail = event.detail
    told = detail.get("reason") or detail.get("why") or detail.get("wave") or detail.get("user") or ""
    return " ".join(f"{event.kind} {told}".split())


def _wave(number: int, wave: Wave, here: int) -> str:
    if number < here or wave.settled == wave.rows:
        return f"{number} done {wave.rows:,}"
    if number == here:
        return f"{number} now {wave.settled:,} of {wave.rows:,}"
    return f"{number} to come {wave.rows:,}"
