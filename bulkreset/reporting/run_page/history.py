"""Waves, days and people of a run, from its events and counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bulkreset.ledger.chain import Event
from bulkreset.ledger.hindsight import SentMessages
from bulkreset.ledger.states import RunState
from bulkreset.reporting.course import RunWave
from bulkreset.reporting.page.drawing import DAY

ROUTINE = frozenset({"slowed-down", "back-at-grant", "live-traffic"})
"""Events that no person caused, and of which there may be many."""

MOST_EVENTS = 400

ROLES = {
    "planned": "planned it",
    "approved": "approved it",
    "confirmed": "confirmed it",
    "taken-up": "ran it",
    "order-pause": "paused it",
    "order-continue": "let it go on",
    "order-stop": "stopped it",
    "order-rate": "changed its share",
    "handout-purged": "purged the hand-out",
}


@dataclass(frozen=True, slots=True)
class WaveTimes:
    wave: RunWave
    begin: float | None
    end: float | None


@dataclass(frozen=True, slots=True)
class MessageDay:
    day: date
    messages: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.messages.values())


@dataclass(frozen=True, slots=True)
class Deed:
    """That somebody did something; `caller` is who that is to AWS, where that is known."""

    at: float
    role: str
    who: str
    caller: str
    comment: str


def waves_with_times(
    waves: Sequence[RunWave], events: Sequence[Event], last_call: float | None
) -> list[WaveTimes]:
    """Each wave with when it began and was over, as far as it came."""
    began = {event.detail["wave"]: event.at for event in reversed(events) if event.kind == "wave-began"}
    over = {event.detail["wave"]: event.at for event in events if event.kind == "wave-over"}
    started = next((event.at for event in events if event.kind == RunState.RUNNING), None)
    ended = next((event.at for event in reversed(events) if event.kind == RunState.FINISHED), last_call)
    if waves and started is not None:
        began.setdefault(waves[0].number, started)
    last = max(began, default=0)
    if ended is not None and ended < began.get(last, 0.0):
        ended = None  # nothing of the last one was called yet
    return [
        WaveTimes(
            wave,
            began.get(wave.number),
            over.get(wave.number, ended if wave.number == last else None),
        )
        for wave in waves
    ]


def days_of(messages: Sequence[SentMessages]) -> list[MessageDay]:
    """The days on which a message went out, by medium."""
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for one in messages:
        found[one.day][one.medium or "other"] = one.messages
    return [
        MessageDay(datetime.fromtimestamp(day * DAY, UTC).date(), media)
        for day, media in sorted(found.items())
    ]


def deeds_of(events: Sequence[Event]) -> Iterator[Deed]:
    """Who did what; of somebody who did the same again and again each time."""
    for event in events:
        if event.kind in ROLES:
            detail = event.detail
            host = detail.get("host", "")
            user = detail.get("user", "")
            yield Deed(
                event.at,
                ROLES[event.kind],
                f"{user}@{host}" if user or host else "",
                str(detail.get("caller", "")),
                str(detail.get("comment", "")),
            )


def shown_events(events: Sequence[Event]) -> list[Event]:
    """The events that a page has room for.

    Those that no person caused are left out first, then those in the middle: begin and end are always there.
    """
    if len(events) <= MOST_EVENTS:
        return list(events)
    kept = [event for event in events if event.kind not in ROUTINE]
    half = MOST_EVENTS // 2
    return kept if len(kept) <= MOST_EVENTS else [*kept[:half], *kept[-half:]]
