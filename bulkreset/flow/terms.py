"""What the operator allows a runner."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Terms:
    """What the operator allows a runner.

    `waits`: wait for windows, days and go-aheads rather than stop. `other_caller`: run as somebody else
    than the plan was made as. `by_itself`: nobody is there, so what waits for a person stays as it is.
    `of_one_user`: a single command rather than a job, of which no rehearsal is asked.
    `environment`: a file whose approvals and age of plans are asked for beside those of the run file.
    """

    waits: bool = False
    other_caller: bool = False
    by_itself: bool = False
    of_one_user: bool = False
    environment: Path | None = None


NO_CONCESSIONS = Terms()
