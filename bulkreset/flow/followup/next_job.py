"""Writing the job and the manifest for who is left: two new files, planned and approved like any other."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from bulkreset.errors import InputError, Problem
from bulkreset.flow.followup.job_settings import reason_after, settings_after
from bulkreset.flow.report import reading
from bulkreset.followup.next_job import Former, escalation, reminder
from bulkreset.pool import facts_from_json
from bulkreset.reporting.followup.base import FollowUp
from bulkreset.reporting.followup.manifest import manifest_lines
from bulkreset.settings.job import Job
from bulkreset.settings.job_text import job_text
from bulkreset.shell import quoted
from bulkreset.unwritable import unwritable

REMINDER = "reminder"


@dataclass(frozen=True, slots=True)
class Written:
    """The files, for how many users, and how many of who is left cannot be helped by this job."""

    job: Path
    manifest: Path
    goal: str
    rows: int
    left_out: int


def write_next_job(
    told: FollowUp, run: Path, kind: str, out: Path | None, recipients: tuple[str, ...]
) -> Written:
    """Write the job that reminds who is left, or escalates to `kind`.

    Raises InputError where there is nobody, where nobody could hand out the passwords, or where a file of the
    name is there.
    """
    with reading(run) as reader:
        job = Job.model_validate(reader.meta("job"))
        environment = Path(reader.meta("environment_path"))
        pool = facts_from_json(reader.meta("pool"))
    reaches = bool(recipients) or (job.handout is not None and job.handout.reaches_somebody)
    former = Former(job.goal, job.policy, pool.admin_only, reaches)
    if kind == REMINDER:
        made = reminder(told.rows, former, told.read_at)
    else:
        made = escalation(told.rows, former, kind, told.read_at)
    if not environment.is_file():
        raise InputError(Problem("the environment file of the run is gone", "put it back", environment))
    stem = _stem(told, run, kind, out)
    job_path, manifest = stem.with_name(f"{stem.name}.yaml"), stem.with_name(f"{stem.name}.csv")
    settings = {
        "environment": str(environment),
        "goal": made.goal,
        "manifest": manifest.name,
        "reason": reason_after(told.subject.digest, told.subject.reason, kind),
        **settings_after(job, made, does_the_same=kind == REMINDER, recipients=recipients),
    }
    comments = (
        f"{_title(kind)} for {len(made.rows):,} users of {run.name} who have not changed their password yet.",
        "Written by `bulkreset followup`; nothing happens before it is planned, approved and applied:",
        f"  bulkreset plan {quoted(job_path.name)} --out {quoted(f'{stem.name}.run')}",
    )
    text = job_text(settings, comments)

    def write_manifest(file: TextIO) -> None:
        csv.writer(file, lineterminator="\r\n").writerows(manifest_lines(told, made.rows, made.overrides))

    _write_new({manifest: write_manifest, job_path: lambda file: file.write(text)})
    return Written(job_path, manifest, made.goal, len(made.rows), made.left_out)


def _title(kind: str) -> str:
    return "A reminder" if kind == REMINDER else f"An escalation to {kind}"


def _stem(told: FollowUp, run: Path, kind: str, out: Path | None) -> Path:
    """The files' path without suffix: as given, or named after the run and the time in a folder."""
    if out is not None and not out.is_dir():
        return out.with_suffix("") if out.suffix in (".yaml", ".yml", ".csv") else out
    stamp = datetime.fromtimestamp(told.read_at, UTC).strftime("%Y%m%dT%H%M%SZ")
    return (out or run.parent) / f"{run.stem}-{kind}-{stamp}"


def _write_new(files: dict[Path, Callable[[TextIO], object]]) -> None:
    """Write files that are not there yet, readable by their owner alone; all of them or none."""
    made: list[Path] = []
    try:
        for path, write in files.items():
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            made.append(path)
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                write(file)
    except BaseException as error:
        for path in made:
            path.unlink(missing_ok=True)
        if isinstance(error, FileExistsError):
            there = str(error.filename)
            raise InputError(Problem("this file exists already", "name another with --out", there)) from None
        if isinstance(error, OSError):
            raise unwritable(Path(error.filename or made[-1]), error) from error
        raise
