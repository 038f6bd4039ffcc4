"""Runs as lines: for people, and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from textwrap import shorten

from bulkreset.cli.glyphs import Glyphs
from bulkreset.cli.watch_waits import STOPPED_WITHOUT_A_WORD
from bulkreset.clock import iso
from bulkreset.flow.runs import Run, Unreadable
from bulkreset.reporting.spans import duration

HEAD = ("run", "state", "goal", "done", "age", "digest", "reason")
WIDEST_REASON = 40
DIGEST_SIGNS = 12
DAY_SECONDS = 86_400.0
MOST_HOURS = 48


def text_lines(
    folder: Path, runs: Sequence[Run], unreadable: Sequence[Unreadable], now: float, glyphs: Glyphs
) -> Iterator[str]:
    """A table, and under each run that is not over the command that comes next.

    Names and reasons are others' texts: none may move the cursor.
    """
    yield from map(glyphs.shown, _lines(folder, runs, unreadable, now))


def _lines(folder: Path, runs: Sequence[Run], unreadable: Sequence[Unreadable], now: float) -> Iterator[str]:
    if not runs and not unreadable:
        yield f"there are no runs in {folder}; `bulkreset plan JOB --out RUN` makes one"
    if runs:
        table = [HEAD, *(_cells(run, now) for run in runs)]
        widths = [max(len(line[column]) for line in table) for column in range(len(HEAD))]
        for line, run in zip(table, (None, *runs), strict=True):
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            yield "  ".join(cells).rstrip()
            if run is not None and run.died:
                yield f"  {STOPPED_WITHOUT_A_WORD}"
            if run is not None and run.next_command:
                yield f"  next: {run.next_command}"
    for one in unreadable:
        yield f"{one.path.name} cannot be read: {one.why}"


def json_lines(runs: Sequence[Run], unreadable: Sequence[Unreadable]) -> Iterator[str]:
    """An object for each."""
    for run in runs:
        told = {
            **asdict(run),
            "path": str(run.path),
            "planned_at": iso(run.planned_at),
            "last_at": iso(run.last_at),
            "next": run.next_command,
        }
        yield json.dumps(told, ensure_ascii=False)
    for one in unreadable:
        yield json.dumps({"path": str(one.path), "problem": one.why}, ensure_ascii=False)


def _cells(run: Run, now: float) -> tuple[str, ...]:
    done = f"{run.done:,} of {run.to_do:,}"
    reason = shorten(run.reason, WIDEST_REASON, placeholder=" …")
    age = _age(now - run.planned_at)
    return run.path.name, run.state, run.goal, done, age, run.digest[:DIGEST_SIGNS], reason


def _age(seconds: float) -> str:
    if seconds < MOST_HOURS * 3600:
        return duration(max(0.0, seconds))
    return f"{seconds / DAY_SECONDS:.0f} days"
