"""What the executor has yet to commit, and what it has counted: rows, calls, rates, reasons."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bulkreset.clock import Clock
from bulkreset.execution.gates.base import End, Go, Hold, Verdict
from bulkreset.execution.ports import ChangeLog, Pool
from bulkreset.ledger.handout import STORING
from bulkreset.ledger.journal import SealedPassword, StepChange
from bulkreset.ledger.states import Outcome, RunState
from bulkreset.rates.limiter import Limiters

GROUP_SECONDS = 0.1
"""Outcomes wait at most so long for others to be committed with."""


NEWS = 1000


@dataclass(frozen=True, slots=True)
class RowNews:
    """A row that came to an end other than done. `identifier` is personal data."""

    row: int
    identifier: str
    outcome: Outcome
    code: str
    message: str


class Notebook:
    """Collects changes and commits them in groups, together with the counters they belong to."""

    def __init__(self, log: ChangeLog, pool: Pool, limiters: Limiters, clock: Clock) -> None:
        self.limiters = limiters
        self.settled: Counter[Outcome] = Counter()
        self._news: deque[RowNews] = deque(maxlen=NEWS)
        self._log = log
        self._pool = pool
        self._clock = clock
        self._changes: list[StepChange] = []
        self._sealed: list[SealedPassword] = []
        self._oldest: float | None = None
        self._counted: Counter[tuple[str, str]] = Counter()
        self._active_since: dict[str, float] = {}
        self._active_before: dict[str, float] = {}
        self._slow: dict[str, str] = {}
        self._troubles: set[str] = set()
        self.hold: Hold | None = None

    def write(self, change: StepChange) -> None:
        """Note a change; it is durable after the next commit."""
        self._changes.append(change)
        if self._oldest is None:
            self._oldest = self._clock.monotonic()

    def hand_out(self, password: SealedPassword | None) -> None:
        """Note a sealed password, if there is one; to be followed by the intent of the step that sets it."""
        if password is not None:
            self._sealed.append(password)

    def note_secrets(self, names: Sequence[str]) -> None:
        """Record which secrets are about to be made elsewhere, so that somebody can find them."""
        self._log.event(self._clock.now(), STORING, {"secrets": list(names)})

    def settle(self, outcome: Outcome, change: StepChange, identifier: str) -> None:
        """Count a row that is over, for now at least, with the change that ended it."""
        self.settled[outcome] += 1
        if outcome is not Outcome.DONE:
            self._news.append(
                RowNews(change.row, identifier, outcome, change.error_code, change.error_message)
            )

    def news(self) -> Iterator[RowNews]:
        """Take the rows that were not done since the last time; of very many only the latest."""
        while self._news:
            yield self._news.popleft()

    def mark_active(self, category: str) -> None:
        """Time counts for the achieved rate of a category from its first call on."""
        self._active_since.setdefault(category, self._clock.monotonic())

    @property
    def active(self) -> list[str]:
        """The categories that have been called for steps."""
        return sorted({*self._active_before, *self._active_since})

    def _active_for(self, category: str, now: float) -> float:
        since = self._active_since.get(category, now)
        return self._active_before.get(category, 0.0) + now - since

    def commit_if_due(self) -> None:
        if self._oldest is not None and self._clock.monotonic() - self._oldest >= GROUP_SECONDS:
            self.commit()

    def commit(self) -> None:
        """Write everything noted so far, in one transaction. Raises Stopped when that is not possible."""
        counts = self._new_counts()
        if self._changes or counts:
            self._log.record(self._changes, counts, self._sealed)
        self._changes = []
        self._sealed = []
        self._oldest = None
        self._note_rates()

    def note_trouble(self, trouble: str) -> None:
        """Record, once, why the run cannot share with others what it should."""
        if trouble and trouble not in self._troubles:
            self._troubles.add(trouble)
            self._log.event(self._clock.now(), "not-shared", {"why": trouble})

    def note_hold(self, verdict: Verdict) -> None:
        """Record that the run begins to hold, why and until when, or that it goes on."""
        hold = verdict if isinstance(verdict, Hold) else None
        if hold == self.hold:
            return
        self.commit()
        before, self.hold = self.hold, hold
        now = self._clock.now()
        if hold is not None:
            monotonic = self._clock.monotonic()
            self._active_before = {name: self._active_for(name, monotonic) for name in self.active}
            self._active_since.clear()
            detail = {"why": hold.why, "until": hold.until, "by": hold.by}
            kept = {"hold": {"kind": hold.kind, "at": now, **detail}}
            self._log.enter(RunState.PAUSED, now, detail, kept)
        elif before is not None and isinstance(verdict, Go):
            self._log.enter(RunState.RUNNING, now, {"after": before.why}, {"hold": None})

    def note_end(self, end: End) -> None:
        """Record that the run ends, and whether only a person may take it up again."""
        if end.keeps:
            kept = {"kind": end.keeps, "at": self._clock.now(), "why": end.why, "until": None}
            self._log.keep({"hold": kept})

    def note_wave(self, kind: str, wave: int, finished_at: float | None) -> None:
        """Record that a wave began or is over."""
        self.commit()
        outcomes = {outcome.value: count for outcome, count in self.settled.items()}
        detail = {"wave": wave, "settled_by_this_runner": outcomes}
        self._log.event(
            self._clock.now(), kind, detail, {"waves_open": {"wave": wave, "finished_at": finished_at}}
        )

    def _new_counts(self) -> dict[tuple[str, str], float]:
        now = self._clock.monotonic()
        totals: dict[tuple[str, str], float] = {
            ("calls", operation): count for operation, count in self._pool.calls.copy().items()
        }
        for limiter in self.limiters.all():
            if limiter.throttled:
                totals["throttled", limiter.grant.category] = limiter.throttled
        for category in self.active:
            totals["active_seconds", category] = self._active_for(category, now)
        new = {key: total - self._counted[key] for key, total in totals.items()}
        self._counted.update(new)
        return {key: value for key, value in new.items() if value}

    def _note_rates(self) -> None:
        """Record, once each time, that a category was slowed down, and that it is back at its grant."""
        for limiter in self.limiters.all():
            self.note_trouble(limiter.trouble)
            category, reason = limiter.grant.category, limiter.slow_reason
            if reason == self._slow.get(category, ""):
                continue
            self._slow[category] = reason
            self._log.event(
                self._clock.now(),
                "slowed-down" if reason else "back-at-grant",
                {
                    "category": category,
                    "rate_per_second": round(limiter.rate_per_second, 2),
                    "granted_per_second": limiter.grant.rate_per_second,
                    "reason": reason or "nothing is in its way any more",
                },
            )
