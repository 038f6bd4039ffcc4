"""The digest of a plan: what approval is given to, and what apply compares before the first call."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

DIGESTED_COLUMNS = (
    "username",
    "identifier",
    "decision",
    "reason",
    "steps",
    "state",
    "contact",
    "wave",
    "medium",
)
"""A plan row as far as it says what happens to whom, when and on what grounds. Rows are sorted by these."""

CONDUCT = (
    "waves",
    "between",
    "max_failed",
    "max_drift",
    "consent",
    "window",
    "deadline",
    "messages",
    "handout",
    "passwords",
    "deliver",
)
"""What a job says of how a run is to go, by key. Whoever approves a plan approves these too."""

SAFEGUARDS = ("approval", "plan_max_age", "rehearsal")
"""What an environment asks of a plan before it is carried out, by key."""

PLAN_FORMAT = 3


def plan_header(environment: Mapping[str, object], job: Mapping[str, object]) -> dict[str, object]:
    """What the digest holds beside the rows: where the plan runs, and what every call carries.

    Takes an environment and a job as they are kept in the run file.
    """
    return {
        "format": PLAN_FORMAT,
        "pool_id": environment["pool_id"],
        "region": environment["region"],
        "endpoint_url": environment["endpoint_url"],
        "goal": job["goal"],
        "client_metadata": job["client_metadata"],
        **{key: job.get(key) for key in CONDUCT},
        **{key: environment.get(key) for key in SAFEGUARDS},
    }


def plan_digest(header: Mapping[str, object], rows: Iterable[Sequence[str | int]]) -> str:
    """SHA-256, in hexadecimal, of a plan's header and its rows.

    `header` says where and how the plan runs. `rows` hold DIGESTED_COLUMNS and come sorted, so that
    the manifest's format, and its order within a wave, make no difference.
    """
    digest = hashlib.sha256()
    digest.update(json.dumps(header, sort_keys=True).encode("ascii"))
    for row in rows:
        # json's own defaults, which it has an encoder ready for: this runs once per row.
        digest.update(json.dumps(row).encode("ascii"))
    return digest.hexdigest()
