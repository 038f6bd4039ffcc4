"""Keeps the files with a run's numbers up to date."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from bulkreset.background import Background
from bulkreset.clock import Clock
from bulkreset.flow.onlookers import Failing
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState
from bulkreset.metrics.emf import EmfWriter
from bulkreset.metrics.sample import Rate, Sample
from bulkreset.reporting.status import Status, run_status
from bulkreset.settings.metrics import Metrics

NOT_MEASURED = "not-measured"

EVERY_SECONDS = 15.0

FEW = 4
"""Samples that may wait for a file: one that cannot be written soon misses those in between."""

UNSETTLED = ("not-attempted", "skipped", "blocked", "invalid")


class Measuring:
    """Reads a run's numbers every now and then, and has them written on a thread of its own."""

    def __init__(self, reader: RunReader, path: Path, metrics: Metrics, clock: Clock) -> None:
        self._reader = reader
        self._path = path
        self._clock = clock
        self._next = clock.monotonic()
        self._progressed_at = clock.now()
        self._settled = -1
        self._lock = threading.Lock()
        self._failed: dict[str, str] = {}
        self._told: set[str] = set()
        self._emf = EmfWriter(metrics.emf, metrics.namespace) if metrics.emf else None
        self._textfile = metrics.textfile
        if self._emf:
            self._emf.begin(self._sample())
        self._background = Background("metrics", self._write, capacity=FEW)

    def look(self) -> None:
        now = self._clock.monotonic()
        if now >= self._next:
            self._next = now + EVERY_SECONDS
            self._background.put(self._sample())

    def end(self) -> None:
        self._background.put(self._sample())

    def leave(self, until: float) -> None:
        if not self._background.wait(until - self._clock.monotonic()):
            self._note("metrics", "not written by the end of the run")

    def failings(self) -> list[Failing]:
        with self._lock:
            new = [
                Failing(NOT_MEASURED, who, why) for who, why in self._failed.items() if who not in self._told
            ]
            self._told.update(failing.who for failing in new)
        return new

    def _write(self, sample: Sample) -> None:
        if self._textfile:
            # prometheus_client, which few runs need
            from bulkreset.metrics.textfile import write_textfile  # noqa: PLC0415

            try:
                write_textfile(self._textfile, sample)
            except Exception as error:  # noqa: BLE001 - whatever it is, somebody has to hear of it
                self._note(str(self._textfile), _why(error))
        if self._emf:
            try:
                self._emf.write(sample)
            except Exception as error:  # noqa: BLE001 - the same
                self._note("emf", _why(error))

    def _note(self, who: str, why: str) -> None:
        with self._lock:
            self._failed.setdefault(who, why)

    def _sample(self) -> Sample:
        status = run_status(self._reader, self._path)
        now = self._clock.now()
        settled = sum(count for name, count in status["outcomes"].items() if name not in UNSETTLED)
        if settled != self._settled:
            self._settled, self._progressed_at = settled, now
        return _sample(self._reader, self._path, status, now, self._progressed_at)


def _sample(reader: RunReader, path: Path, status: Status, now: float, progressed_at: float) -> Sample:
    waves = reader.wave_sizes()
    open_wave: Mapping[str, int] = reader.meta("waves_open") or {"wave": 1}
    return Sample(
        at=now,
        run=path.name,
        pool_id=reader.meta("environment")["pool_id"],
        goal=status["goal"],
        state=status["state"],
        states=tuple(RunState),
        planned={name: count for name, count in status["rows"].items() if name != "total"},
        outcomes=status["outcomes"],
        calls=status["calls"],
        throttled={name: int(count) for name, count in reader.counters("throttled").items()},
        rates={name: Rate(rate["granted"], rate["used"]) for name, rate in status["rate"].items()},
        wave=open_wave["wave"],
        waves=max(waves, default=0),
        progressed_at=progressed_at,
    )


def _why(error: Exception) -> str:
    """Why a file was not written, without what the error quotes."""
    return (isinstance(error, OSError) and error.strerror) or f"it cannot be written ({type(error).__name__})"
