"""What was rehearsed in a pool, kept on this machine: one line of JSON for each walk."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One walk. `at` is in epoch seconds of AWS's clock. `goal` is that of the job."""

    at: float
    walk: str
    passed: bool
    client_id: str
    failed_at: str
    by: str
    bulkreset: str
    goal: str = ""


def note(folder: Path, pool_id: str, rehearsed: Rehearsed) -> None:
    """Keep how a walk went. Raises OSError where that is not possible."""
    line = json.dumps(asdict(rehearsed), ensure_ascii=False) + "\n"
    descriptor = os.open(_file(folder, pool_id), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(line)


def latest(folder: Path, pool_id: str) -> dict[str, Rehearsed]:
    """The last time that each walk was walked in the pool; a line that cannot be read is no rehearsal."""
    return {one.walk: one for one in _read(_file(folder, pool_id))}


def _read(path: Path) -> Iterator[Rehearsed]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return
    for line in lines:
        try:
            yield Rehearsed(**json.loads(line))
        except (ValueError, TypeError):
            continue


def _file(folder: Path, pool_id: str) -> Path:
    return folder / f"{pool_id}.rehearsals"
