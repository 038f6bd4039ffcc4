"""Following a run from outside, by reading its file again and again."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bulkreset.clock import Clock
from bulkreset.flow.messages_today import MessagesToday, messages_today
from bulkreset.flow.recent_pace import RecentPace
from bulkreset.flow.report import reading
from bulkreset.ledger.read import Event, RunReader
from bulkreset.ledger.records import ErrorCount
from bulkreset.ledger.states import Outcome
from bulkreset.reporting.status import ALIVE, Status, calls_by_category, run_status

LATEST_EVENTS = 5
SETTLED = (Outcome.DONE, Outcome.FAILED, Outcome.DRIFTED)


@dataclass(frozen=True, slots=True)
class Wave:
    """How many rows a wave has, and how many of them are settled."""

    rows: int
    settled: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A run as it is at one moment, in epoch seconds.

    `news` are the events since the last look, `latest` the last few. `wave` is the one at hand, `waves` has
    all of them by number. `calls_per_second` has the rates of late by category, the latest last. `errors`
    are counted by code. `slow` are the categories that are slowed down, with the event that says why.
    `seconds_left` is None where the rows of late tell nothing.
    """

    at: float
    status: Status
    news: tuple[Event, ...]
    latest: tuple[Event, ...]
    hold: Mapping[str, Any] | None
    wave: int
    waves: Mapping[int, Wave]
    settled: int
    to_do: int
    rows_per_second: float
    seconds_left: float | None
    calls_per_second: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    errors: tuple[ErrorCount, ...] = ()
    slow: Mapping[str, Event] = field(default_factory=dict)
    messages: tuple[MessagesToday, ...] = ()


def follow(run: Path, every: float, clock: Clock) -> Iterator[Seen]:
    """Look at a run every so many seconds, until nobody runs it any more; the last look included."""
    seen_event = 0
    latest: deque[Event] = deque(maxlen=LATEST_EVENTS)
    slow: dict[str, Event] = {}
    pace = RecentPace()
    while True:
        with reading(run) as reader:
            status = run_status(reader, run)
            news = tuple(reader.events(seen_event))
            latest.extend(news)
            _note_slow(slow, news)
            seen_event = news[-1].id if news else seen_event
            settled = sum(status["outcomes"][outcome] for outcome in SETTLED)
            pace.add(clock.monotonic(), settled, calls_by_category(status["calls"]))
            seen = _seen(
                reader,
                status,
                pace,
                clock.now(),
                news=news,
                latest=tuple(latest),
                slow=dict(slow) if status["state"] in ALIVE else {},
                settled=settled,
            )
        yield seen
        if status["state"] not in ALIVE:
            return
        clock.sleep(every)


def _seen(
    reader: RunReader,
    status: Status,
    pace: RecentPace,
    now: float,
    *,
    news: tuple[Event, ...],
    latest: tuple[Event, ...],
    slow: Mapping[str, Event],
    settled: int,
) -> Seen:
    hold, to_do, rate = reader.meta("hold"), status["rows"]["do"], pace.rows_per_second
    return Seen(
        at=now,
        status=status,
        news=news,
        latest=latest,
        hold=hold if status["state"] == "paused" else None,
        wave=(reader.meta("waves_open") or {"wave": 1})["wave"],
        waves=_waves(reader),
        settled=settled,
        to_do=to_do,
        rows_per_second=rate,
        seconds_left=(to_do - settled) / rate if rate else None,
        calls_per_second=pace.calls_per_second(),
        errors=tuple(reader.errors()),
        slow=slow,
        messages=messages_today(reader, now),
    )


YIELDING = "live-traffic"
"""The key of what is slow because the run yields to live users, in whichever categories."""


def _note_slow(slow: dict[str, Event], news: Iterable[Event]) -> None:
    """What is slow after these events; each runner begins at its grants."""
    for event in news:
        match event.kind:
            case "slowed-down":
                slow[str(event.detail["category"])] = event
            case "back-at-grant":
                slow.pop(str(event.detail["category"]), None)
            case "live-traffic":
                yielding = event.detail.get("granted_per_second")
                slow.pop(YIELDING, None)
                if yielding and yielding != event.detail["rates_per_second"]:
                    slow[YIELDING] = event
            case "taken-up":
                slow.clear()


def _waves(reader: RunReader) -> dict[int, Wave]:
    progress = reader.wave_progress()
    return {
        number: Wave(rows, sum(progress.get(number, {}).get(outcome, 0) for outcome in SETTLED))
        for number, rows in reader.wave_sizes().items()
    }
