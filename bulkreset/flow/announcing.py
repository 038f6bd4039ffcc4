"""Turns what is written into a run's chain of events into what is told of it."""

from __future__ import annotations

from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.errors import Refused, StoppedOnSchedule
from bulkreset.execution.gates.drifted import DRIFT_HOLD
from bulkreset.execution.gates.failures import FAILURES_HOLD
from bulkreset.execution.gates.orders import STOPPED_BY_ORDER
from bulkreset.execution.gates.waves import BETWEEN_WAVES
from bulkreset.flow.onlookers import Failing
from bulkreset.ledger.chain import HEAD, Event
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState
from bulkreset.notifications.notice import Cause, FollowUp, Notice, RunFacts
from bulkreset.notifications.notifier import Notifier
from bulkreset.reporting.status import run_status
from bulkreset.settings.notify import Kind

NOT_NOTIFIED = "not-notified"

CAUSES = {
    FAILURES_HOLD: Cause.TOO_MANY_FAILED,
    DRIFT_HOLD: Cause.TOO_MANY_DRIFTED,
    STOPPED_BY_ORDER: Cause.ORDERED,
    BETWEEN_WAVES: Cause.WAVE_TO_CONFIRM,
}
THRESHOLDS = (Cause.TOO_MANY_FAILED, Cause.TOO_MANY_DRIFTED)
BY_ERROR = {Refused.__name__: Cause.REFUSED, StoppedOnSchedule.__name__: Cause.SCHEDULE}


class Announcing:
    """Looks at the events that are new, and has the notifier tell those that people wait for."""

    def __init__(
        self, reader: RunReader, path: Path, notifier: Notifier, clock: Clock, *, with_reason: bool = False
    ) -> None:
        self._reader = reader
        self._path = path
        self._notifier = notifier
        self._clock = clock
        self._run = facts_of(reader, path, with_reason=with_reason)
        self._seen = (reader.meta(HEAD) or {"id": 0})["id"]
        self._has_begun = self._has_ended = False

    def look(self) -> None:
        for event in list(self._reader.events(self._seen)):
            self._seen = event.id
            self._take(event)

    def end(self) -> None:
        self.look()
        if self._has_begun and not self._has_ended:
            # It left no word in the run file: an error that nobody foresaw.
            self._tell("stop", f"{self._seen}-broke-off", self._clock.now(), cause=Cause.BROKE_OFF)

    def leave(self, until: float) -> None:
        self._notifier.close(until)

    def failings(self) -> list[Failing]:
        return [Failing(NOT_NOTIFIED, one.target, one.why) for one in self._notifier.troubles()]

    def _take(self, event: Event) -> None:
        match event.kind:
            case RunState.RUNNING if "after" not in event.detail:
                self._has_begun = True
                self._tell("start", event.id, event.at)
            case "wave-over":
                self._tell("wave-done", event.id, event.at, wave=event.detail["wave"])
            case RunState.STOPPED:
                self._has_ended = True
                cause = self._cause(event)
                if cause in THRESHOLDS:
                    self._tell("threshold", event.id, event.at, cause=cause)
                self._tell("stop", event.id, event.at, cause=cause)
            case RunState.FINISHED:
                self._has_ended = True
                self._tell("finish", event.id, event.at)

    def _cause(self, event: Event) -> Cause:
        hold = self._reader.meta("hold") or {}
        return CAUSES.get(str(hold.get("kind"))) or BY_ERROR.get(event.detail.get("error", ""), Cause.OTHER)

    def _tell(
        self, kind: Kind, number: int | str, at: float, *, wave: int | None = None, cause: Cause = Cause.NONE
    ) -> None:
        notice_id = f"{self._run.digest[:16]}-{number}-{kind}"
        self._notifier.tell(
            notice_of(self._reader, self._path, self._run, notice_id, kind, at=at, wave=wave, cause=cause)
        )


def facts_of(reader: RunReader, path: Path, *, with_reason: bool) -> RunFacts:
    environment = reader.meta("environment")
    return RunFacts(
        name=path.name,
        digest=reader.meta("digest"),
        pool_id=environment["pool_id"],
        region=environment["region"],
        goal=reader.meta("goal"),
        reason=reader.meta("reason") if with_reason else "",
    )


def notice_of(
    reader: RunReader,
    path: Path,
    run: RunFacts,
    notice_id: str,
    kind: Kind,
    *,
    at: float,
    wave: int | None = None,
    cause: Cause = Cause.NONE,
    follow_up: FollowUp | None = None,
) -> Notice:
    """A notice about how the run stands now."""
    status = run_status(reader, path)
    return Notice(
        id=notice_id,
        kind=kind,
        at=at,
        run=run,
        state=status["state"],
        rows={name: count for name, count in status["rows"].items() if name != "total"},
        outcomes=status["outcomes"],
        throttled=status["throttled"],
        wave=wave,
        waves=max(reader.wave_sizes(), default=0) if wave is not None else None,
        cause=cause,
        follow_up=follow_up,
    )
