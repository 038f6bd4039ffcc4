"""Why a run was slower than it might have been, and when, as its events tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Any

from bulkreset.ledger.chain import Event
from bulkreset.ledger.states import RunState

SLOWED, HELD, STOPPED, ORDERED = "slowed", "held", "stopped", "ordered"

YIELDED = "it yields to the users who sign in, as the job asks"
WITHOUT_A_WORD = "its process ended without a word"


@dataclass(frozen=True, slots=True)
class Span:
    """One time that the run was slower; `end` is None where it did not end, `category` "" for all of them."""

    kind: str
    category: str
    why: str
    begin: float
    end: float | None


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason with all its times, and the sign that it has in the drawings."""

    sign: str
    kind: str
    category: str
    why: str
    spans: tuple[Span, ...]

    @property
    def seconds(self) -> float:
        return sum(span.end - span.begin for span in self.spans if span.end is not None)

    @property
    def goes_on(self) -> bool:
        return any(span.end is None for span in self.spans)


def reasons_of(events: Iterable[Event], last_calls: Sequence[float]) -> tuple[Reason, ...]:
    """The reasons in the order in which they came. `last_calls` are the ends of the times with calls."""
    alike: dict[tuple[str, str, str], list[Span]] = {}
    reading = _Reading(last_calls)
    ended = [span for event in events for span in reading.take(event)]
    for span in sorted([*ended, *reading.open.values()], key=lambda span: span.begin):
        alike.setdefault((span.kind, span.category, span.why), []).append(span)
    return tuple(
        Reason(_sign(number), *which, tuple(spans)) for number, (which, spans) in enumerate(alike.items())
    )


def _sign(number: int) -> str:
    """A, B and so on; after Z comes A1."""
    round_number, letter = divmod(number, len(ascii_uppercase))
    return f"{ascii_uppercase[letter]}{round_number or ''}"


class _Reading:
    """The events as they are read; `open` are the times that have not ended, by category and cause."""

    def __init__(self, last_calls: Sequence[float]) -> None:
        self._last_calls = last_calls
        self.open: dict[str, Span] = {}
        self._is_running = False

    def take(self, event: Event) -> Iterator[Span]:
        """What an event ends, or is."""
        yield from self._of_a_category(event)
        yield from self._of_the_run(event)
        if event.kind in tuple(RunState):
            self._is_running = event.kind in (RunState.RUNNING, RunState.PAUSED)

    def _of_a_category(self, event: Event) -> Iterator[Span]:
        detail = event.detail
        match event.kind:
            case "slowed-down":
                yield from self._begin(SLOWED, detail["category"], detail["reason"], event.at)
            case "back-at-grant":
                yield from self._end([detail["category"]], event.at)
            case "live-traffic":
                yield from self._yielded(detail, event.at)
            case "order-rate":
                yield Span(ORDERED, "", _ordered(detail), event.at, event.at)

    def _of_the_run(self, event: Event) -> Iterator[Span]:
        detail = event.detail
        match event.kind:
            case RunState.PAUSED:
                yield from self._begin(HELD, "", detail.get("why", ""), event.at)
            case RunState.STOPPED:
                yield from self._end([*self.open], event.at)
                yield from self._begin(STOPPED, "", detail.get("reason", ""), event.at)
            case "taken-up" if self._is_running:
                at = max((call for call in self._last_calls if call <= event.at), default=event.at)
                yield from self._end([*self.open], at)
                yield from self._begin(STOPPED, "", WITHOUT_A_WORD, at)
            case RunState.RUNNING:
                yield from self._end([""], event.at)
            case RunState.FINISHED:
                yield from self._end([*self.open], event.at)

    def _yielded(self, detail: Mapping[str, Any], at: float) -> Iterator[Span]:
        rates, granted = detail.get("rates_per_second", {}), detail.get("granted_per_second", {})
        for category, rate in rates.items():
            key = f"{category} beside others"
            if rate >= granted.get(category, rate):
                yield from self._end([key], at)
            elif key not in self.open:
                self.open[key] = Span(SLOWED, category, YIELDED, at, None)

    def _begin(self, kind: str, category: str, why: str, at: float) -> Iterator[Span]:
        yield from self._end([category], at)
        self.open[category] = Span(kind, category, why, at, None)

    def _end(self, categories: Iterable[str], at: float) -> Iterator[Span]:
        for category in categories:
            span = self.open.pop(category, None)
            if span is not None:
                yield replace(span, end=max(span.begin, at))


def _ordered(detail: dict[str, object]) -> str:
    shares = detail.get("shares")
    given = shares if isinstance(shares, dict) else {}
    told = ", ".join(f"{category or 'all'} {share:.0%}" for category, share in given.items())
    return f"{detail.get('user', 'somebody')} ordered another share: {told}"
