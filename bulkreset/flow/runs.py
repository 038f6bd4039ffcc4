"""runs: the runs in a folder, each with how it stands and what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bulkreset.errors import BulkresetError, InputError, Problem
from bulkreset.flow.approval import approvals_of
from bulkreset.flow.report import reading
from bulkreset.flow.safeguards import safeguards_of
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import Outcome, RunState
from bulkreset.mistaken import Sort, sort_of
from bulkreset.reporting.status import ALIVE, state_of
from bulkreset.settings.environment import Environment
from bulkreset.shell import quoted

SUFFIX = ".run"

WAITS_FOR_APPROVAL = "to approve"
"""A plan that others have to agree to, before it can be carried out."""

APPROVED = "approved"
"""A plan that as many others have agreed to as have to."""

NEXT = {
    RunState.PLANNED.value: "show",
    WAITS_FOR_APPROVAL: "approve",
    APPROVED: "show",
    RunState.RUNNING.value: "watch",
    RunState.PAUSED.value: "continue",
    RunState.STOPPED.value: "resume",
}
"""The command that a run in some state is for. A finished one waits for none."""


@dataclass(frozen=True, slots=True)
class Run:
    """How one run stands. `last_at` is when something last happened to it; times are in epoch seconds.

    `rows` are those of its manifest, `to_do` those that it was to change, `done` how many of them are.
    `died`: it is stopped because its runner ended without a word.
    """

    path: Path
    state: str
    goal: str
    digest: str
    reason: str
    rows: int
    to_do: int
    done: int
    planned_at: float
    last_at: float
    died: bool

    @property
    def next_command(self) -> str:
        """What comes next, to be pasted into a shell; "" where nothing does."""
        return next_command(self.path, self.state)


def next_command(run: Path | str, state: str) -> str:
    """The command that a run in that state is for, to be pasted into a shell; "" where it waits for none."""
    command = NEXT.get(state)
    return f"bulkreset {command} {quoted(run)}" if command else ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is named like a run, or was one, and cannot be read."""

    path: Path
    why: str


def runs_in(folder: Path, now: float) -> tuple[list[Run], list[Unreadable]]:
    """The runs in a folder, latest plan first, and what cannot be read. Raises InputError for no folder.

    Nothing is written, and none of them is locked.
    """
    if not folder.is_dir():
        raise InputError(Problem("there is no such folder", "name the folder that holds the runs", folder))
    runs, unreadable = [], []
    for path in _candidates(folder):
        try:
            runs.append(_run(path, now))
        except BulkresetError as error:
            unreadable.append(Unreadable(path, str(error)))
    return sorted(runs, key=lambda run: (-run.planned_at, run.path)), unreadable


def _candidates(folder: Path) -> Iterator[Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(
            Problem(
                f"this folder cannot be read: {error.strerror}",
                "ask its owner for the right to list it",
                folder,
            )
        ) from error
    for path in found:
        if path.is_file() and (path.suffix == SUFFIX or sort_of(path) is Sort.RUN):
            yield path


def _run(path: Path, now: float) -> Run:
    with reading(path) as reader:
        outcomes = reader.outcomes()
        state = state_of(reader, path)
        left_out = sum(outcomes.get(one, 0) for one in (Outcome.SKIPPED, Outcome.BLOCKED, Outcome.INVALID))
        rows = sum(outcomes.values())
        planned_at = float(reader.meta("planned_at"))
        return Run(
            path=path,
            state=_of_plan(reader, path, now) if state == RunState.PLANNED else state,
            goal=str(reader.meta("goal")),
            digest=str(reader.meta("digest")),
            reason=str(reader.meta("reason") or ""),
            rows=rows,
            to_do=rows - left_out,
            done=outcomes.get(Outcome.DONE, 0),
            planned_at=planned_at,
            last_at=reader.last_event_at() or planned_at,
            died=state == RunState.STOPPED and reader.meta("state") in ALIVE,
        )


def _of_plan(reader: RunReader, path: Path, now: float) -> str:
    asked = safeguards_of(Environment.model_validate(reader.meta("environment")))
    if not asked.approval.required:
        return RunState.PLANNED.value
    return APPROVED if approvals_of(reader, path, asked).tally(now).is_enough else WAITS_FOR_APPROVAL
