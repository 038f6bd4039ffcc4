"""Following a run from outside, by reading its file again and again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bulkreset.clock import Clock
from bulkreset.flow.report import reading
from bulkreset.ledger.read import Event
from bulkreset.ledger.states import Outcome
from bulkreset.reporting.status import ALIVE, Status, run_status

RATE_WINDOW_SECONDS = 15.0
LATEST_EVENTS = 5
SETTLED = (Outcome.DONE, Outcome.FAILED, Outcome.DRIFTED)


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as it is at one moment. `news` are the events since the last look, `latest` the last few.

    `seconds_left` is None where the rows of late tell nothing.
    """

    status: Status
    news: tuple[Event, ...]
    latest: tuple[Event, ...]
    hold: Mapping[str, Any] | None
    wave: int
    waves: int
    settled: int
    to_do: int
    rows_per_second: float
    seconds_left: float | None


def follow(run: Path, every: float, clock: Clock) -> Iterator[Seen]:
    """Look at a run every so many seconds, until nobody runs it any more; the last look included."""
    seen_event = 0
    latest: deque[Event] = deque(maxlen=LATEST_EVENTS)
    pace: deque[tuple[float, int]] = deque()
    while True:
        with reading(run) as reader:
            status = run_status(reader, run)
            news = tuple(reader.events(seen_event))
            hold, standing = reader.meta("hold"), reader.meta("waves_open")
            waves = reader.wave_sizes()
        seen_event = news[-1].id if news else seen_event
        latest.extend(news)
        settled = sum(status["outcomes"][outcome] for outcome in SETTLED)
        pace.append((clock.monotonic(), settled))
        while len(pace) > 2 and pace[-1][0] - pace[0][0] > RATE_WINDOW_SECONDS:  # noqa: PLR2004 - a span
            pace.popleft()
        span = pace[-1][0] - pace[0][0]
        rate = (settled - pace[0][1]) / span if span else 0.0
        to_do = status["rows"]["do"]
        yield Seen(
            status,
            news,
            tuple(latest),
            hold if status["state"] == "paused" else None,
            (standing or {"wave": 1})["wave"],
            max(waves, default=1),
            settled,
            to_do,
            rate,
            (to_do - settled) / rate if rate else None,
        )
        if status["state"] not in ALIVE:
            return
        clock.sleep(every)
