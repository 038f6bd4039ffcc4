"""Which run a cron line means: the unfinished one of its job, an approved plan, or a new one. Never two."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from itertools import chain, count
from pathlib import Path

from filelock import FileLock, Timeout

from bulkreset.clock import Clock
from bulkreset.errors import InputError, Problem, RunBusy
from bulkreset.flow.approval import approvals_of
from bulkreset.flow.places import fetched
from bulkreset.flow.report import reading
from bulkreset.flow.safeguards import Safeguards, safeguards_of
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState
from bulkreset.places import place_of
from bulkreset.settings.environment import Environment
from bulkreset.shell import quoted

SUFFIX = ".run"
BEGUN = frozenset({RunState.RUNNING, RunState.PAUSED, RunState.STOPPED})
"""States of a run that was confirmed and is not finished."""


class Standing(Enum):
    """How a plan stands with those who have to approve it."""

    NEEDS_NONE = "no approval is asked for"
    APPROVED = "approved"
    WAITS = "waits for approvals"
    SUPERSEDED = "not approved, and its manifest is another by now"


@dataclass(frozen=True, slots=True)
class TakeUp:
    """The run that is not finished."""

    run: Path


@dataclass(frozen=True, slots=True)
class Apply:
    """A plan that others have approved, or that still waits for it."""

    run: Path


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a new run is to stand."""

    run: Path


def latest_run(job: Path, out: Path, clock: Clock) -> TakeUp | Apply | Begin:
    """The run to go on with, to apply, or to begin, for a job whose runs stand in or beside `out`.

    `out` is a folder for runs of any jobs, or the run file of the first run; later ones get the time
    into their names. A name without a suffix is a folder, made when it is first needed. A plan that was
    never confirmed is left alone, unless it needs approvals: then no other is made before it has them, is
    too old, or its manifest has changed. Raises InputError for a damaged run.
    """
    known = [_known(run, clock) for run in _runs(job, out)]
    current = sorted((one for one in known if not one.is_too_old), key=lambda one: -one.planned_at)
    for one in current:
        if one.state in BEGUN:
            return TakeUp(one.run)
    for wanted in (Standing.APPROVED, Standing.WAITS):
        for one in current:
            if one.state == RunState.PLANNED and one.standing is wanted:
                return Apply(one.run)
    if not out.exists():
        if out.suffix:
            return Begin(out)
        out.mkdir()
    stamp = datetime.fromtimestamp(clock.now(), UTC).strftime("%Y%m%dT%H%M%SZ")
    if out.is_dir():
        return Begin(_free(out / f"{job.stem}-{stamp}{SUFFIX}"))
    return Begin(_free(out.with_name(f"{out.stem}-{stamp}{out.suffix}")))


def _free(run: Path) -> Path:
    """The name itself, or one with a number: two runs can begin within the second that names tell."""
    numbered = (run.with_stem(f"{run.stem}-{number}") for number in count(2))
    return next(name for name in chain([run], numbered) if not name.exists())


@contextmanager
def only_one(job: Path, out: Path) -> Iterator[None]:
    """Hold a job's place in `out` against other runners of the same line. Raises RunBusy."""
    folder = out if out.is_dir() or not (out.exists() or out.suffix) else out.parent
    # Jobs of one name in other folders are other jobs.
    which = hashlib.blake2b(str(job.absolute()).encode(), digest_size=4).hexdigest()
    lock = FileLock(folder / f".{job.stem}-{which}.lock", mode=0o600)
    try:
        if folder == out:
            # Before the lock: another line must not hold it in another folder.
            out.mkdir(exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise RunBusy(
            f"another process is running {job}; `bulkreset runs {quoted(folder)}` shows how far it is"
        ) from None
    except OSError as error:
        raise InputError(
            Problem(f"no lock file can be made here: {error.strerror}", "make the folder writable", folder)
        ) from error
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


@dataclass(frozen=True, slots=True)
class _Known:
    run: Path
    state: str
    planned_at: float
    is_too_old: bool
    standing: Standing


def _known(run: Path, clock: Clock) -> _Known:
    with reading(run) as reader:
        state, planned_at = str(reader.meta("state")), float(reader.meta("planned_at"))
        asked = safeguards_of(Environment.model_validate(reader.meta("environment")))
        is_too_old = reader.first_called_at() is None and asked.are_outlived(clock.now() - planned_at)
        return _Known(run, state, planned_at, is_too_old, _standing(reader, run, asked, clock))


def _standing(reader: RunReader, run: Path, asked: Safeguards, clock: Clock) -> Standing:
    if not asked.approval.required:
        return Standing.NEEDS_NONE
    if approvals_of(reader, run, asked).tally(clock.now()).is_enough:
        return Standing.APPROVED
    manifest = reader.meta("manifest")
    environment = Environment.model_validate(reader.meta("environment"))
    try:
        with (
            fetched(place_of(manifest["path"]), environment, clock) as here,
            here.path.open("rb") as file,
        ):
            is_same = hashlib.file_digest(file, "sha256").hexdigest() == manifest["sha256"]
    except (OSError, InputError):
        is_same = False
    return Standing.WAITS if is_same else Standing.SUPERSEDED
