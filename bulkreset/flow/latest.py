"""Which run a cron line means: the unfinished one of its job, or a new one. Never two at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from bulkreset.clock import Clock
from bulkreset.errors import InputError, Problem, RunBusy
from bulkreset.flow.report import reading
from bulkreset.ledger.states import RunState

SUFFIX = ".run"
BEGUN = frozenset({RunState.RUNNING, RunState.PAUSED, RunState.STOPPED})
"""States of a run that was confirmed and is not finished."""


@dataclass(frozen=True, slots=True)
class TakeUp:
    """The run that is not finished."""

    run: Path


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a new run is to stand."""

    run: Path


def latest_run(job: Path, out: Path, clock: Clock) -> TakeUp | Begin:
    """The run to go on with, or to begin, for a job whose runs stand in or beside `out`.

    `out` is a folder for runs of any jobs, or the run file of the first run; later ones get the time
    into their names. A name without a suffix is a folder, made when it is first needed. A plan that was
    never confirmed is left alone. Raises InputError for a damaged run.
    """
    unfinished = [run for run in _runs(job, out) if _state(run) in BEGUN]
    if unfinished:
        return TakeUp(max(unfinished, key=_planned_at))
    if not out.exists():
        if out.suffix:
            return Begin(out)
        out.mkdir()
    stamp = datetime.fromtimestamp(clock.now(), UTC).strftime("%Y%m%dT%H%M%SZ")
    if out.is_dir():
        return Begin(out / f"{job.stem}-{stamp}{SUFFIX}")
    return Begin(out.with_name(f"{out.stem}-{stamp}{out.suffix}"))


@contextmanager
def only_one(job: Path, out: Path) -> Iterator[None]:
    """Hold a job's place in `out` against other runners of the same line. Raises RunBusy."""
    folder = out if out.is_dir() else out.parent
    lock = FileLock(folder / f".{job.stem}.lock", mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RunBusy(f"another process is running {job}") from None
    except OSError as error:
        raise InputError(Problem(f"no lock file can be made here: {error.strerror}", "", folder)) from error
    try:
        yield
    finally:
        lock.release()


def _runs(job: Path, out: Path) -> Iterator[Path]:
    if out.is_dir():
        found = sorted(out.glob(f"*{SUFFIX}"))
    else:
        found = sorted([*out.parent.glob(out.name), *out.parent.glob(f"{out.stem}-*{out.suffix}")])
    for run in found:
        with reading(run) as reader:
            if reader.meta("job_path") == str(job.absolute()):
                yield run


def _state(run: Path) -> str:
    with reading(run) as reader:
        return str(reader.meta("state"))


def _planned_at(run: Path) -> float:
    with reading(run) as reader:
        return float(reader.meta("planned_at"))
