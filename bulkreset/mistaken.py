"""What a file is that was given in the place of another, and which command takes it."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from bulkreset.errors import Problem
from bulkreset.shell import quoted

HEAD_BYTES = 8192
SQLITE = b"SQLite format 3\0"
RUN_MARK = b"BRES"
"""Where SQLite keeps the id of an application, at `MARK_AT`."""

MARK_AT = slice(68, 72)

TOP_LEVEL_KEY = re.compile(r"^([a-z_]+)[ \t]*:", re.MULTILINE)


class Sort(StrEnum):
    """The files that people name on a command line."""

    RUN = "run"
    JOB = "job"
    ENVIRONMENT = "environment"
    MANIFEST = "manifest"


KEYS = {Sort.JOB: {"goal", "manifest", "select"}, Sort.ENVIRONMENT: {"pool_id"}}
"""Keys by which each is known. A file with keys of both is told of each key where it belongs."""


def sort_of(path: Path) -> Sort | None:
    """What a file is, by its beginning; None where that does not tell, or cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except (OSError, ValueError):
        return None
    if head.startswith(SQLITE):
        return Sort.RUN if head[MARK_AT] == RUN_MARK else None
    if path.suffix.lower() == ".csv":
        return Sort.MANIFEST
    keys = set(TOP_LEVEL_KEY.findall(head.decode("utf-8", errors="ignore")))
    sorts = [sort for sort, telling in KEYS.items() if keys & telling]
    return sorts[0] if len(sorts) == 1 else None


def mistaken(path: Path, wanted: Sort) -> Problem | None:
    """What to say of a file that is of another sort than the one wanted; None where it may be that one."""
    match sort_of(path):
        case sort if sort in (None, wanted):
            return None
        case Sort.RUN:
            what = "this is a run file, whose plan is made already"
            advice = (
                f"`bulkreset show {quoted(path)}` shows it, `bulkreset apply {quoted(path)}` carries it out"
            )
        case Sort.JOB:
            what = "this is a job, not a run file"
            advice = f"`bulkreset plan {quoted(path)} --out {quoted(path.with_suffix('.run'))}` makes one"
        case Sort.ENVIRONMENT:
            what = "this is an environment file"
            advice = f"name it in a job, as `environment: {path.name}`; `bulkreset init` writes a job to edit"
        case Sort.MANIFEST:
            what = "this is a manifest"
            advice = f"name it in a job, as `manifest: {path.name}`; `bulkreset init` writes a job to edit"
    return Problem(what, advice, path)
