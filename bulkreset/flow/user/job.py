"""The job of one row that a command for one user is: its files, which last as long as the command."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bulkreset.flow.user.wish import Wish


@dataclass(slots=True)
class JobOfOne:
    """`run` is where its run file is made. `is_kept`: the files are still needed when the command ends."""

    job: Path
    run: Path
    is_kept: bool = False


@contextmanager
def job_of_one(environment: Path, username: str, wish: Wish, keep: Path | None) -> Iterator[JobOfOne]:
    """The files, in a folder that only their owner can open; with `keep` the run file is made there instead.

    The folder goes with the command unless a run in it is not through, which somebody has to take up.
    """
    folder = Path(tempfile.mkdtemp(prefix="bulkreset-user-"))
    files = JobOfOne(folder / "job.yaml", keep or folder / "user.run")
    try:
        manifest = folder / "user.csv"
        with manifest.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["username"], [username]])
        job = {
            "environment": str(environment.absolute()),
            "goal": wish.goal,
            "manifest": manifest.name,
            "policy": dict(wish.policy),
            "reason": wish.reason,
            "consent": list(wish.consent),
            "read": "get" if wish.reads_mfa else "auto",
        }
        # JSON is YAML, and quotes every text.
        files.job.write_text(json.dumps(job, ensure_ascii=False), encoding="utf-8")
        yield files
    finally:
        if keep is not None or not files.is_kept:
            shutil.rmtree(folder, ignore_errors=True)
