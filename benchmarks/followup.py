"""What a follow-up costs beside waiting for Cognito: reading the run, judging, counting, and writing it.

    python benchmarks/followup.py [USERS]

Prints a table with the seconds of each part and the most memory so far. The users are made, not read:
ListUsers gives 60 of them a call, at 30 calls a second for the whole account.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pandas as pd
from plan import write_inputs

from bulkreset.clock import SystemClock
from bulkreset.flow.followup import look
from bulkreset.flow.followup.next_job import write_next_job
from bulkreset.flow.followup.pool import Seen
from bulkreset.flow.followup.record import record
from bulkreset.flow.plan import plan_job
from bulkreset.followup.rows import to_look_up
from bulkreset.ledger.connection import open_for_writing
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState, StepState
from bulkreset.planning.snapshot import load_snapshot
from bulkreset.reporting.followup.registry import followup_writers

T = TypeVar("T")
SOON = 172_800.0
AT_ONCE = 10_000


def main() -> None:
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_inputs(folder, users)
        run = folder / "a.run"
        plan_job(folder / "job.yaml", run, folder / "pool.parquet", SystemClock())
        finish(run)
        pool = as_after_the_run(load_snapshot(folder / "pool.parquet").users)
        look.seen_now = lambda *_: Seen(pool, "made", 7, time.time())
        print(f"follow-up of a run over {users:,} users\n")
        print(f"{'part':<28}{'seconds':>9}{'MB so far':>11}")
        told = timed("read the run, judge, count", lambda: look.follow_up(run, "", SOON, SystemClock()))
        timed("keep it in the run", lambda: record(told, run, SystemClock()))
        timed(
            "write the job for the rest", lambda: write_next_job(told, run, "reminder", folder / "again", ())
        )
        for name_of, writer in followup_writers().items():
            with (folder / f"followup.{name_of}").open("w", encoding="utf-8", newline="") as file:
                timed(f"write {name_of}", lambda file=file, writer=writer: writer.write(told, file))
        calls = len(to_look_up(told.rows)) / 60
        print(f"\n{told.whole.total:,} rows judged, {told.whole.left:,} left")
        print(f"a scan of as many users takes {calls:,.0f} calls: {calls / 15:,.0f} s at half of the quota")


def finish(run: Path) -> None:
    """Has every row done, as a run would leave it."""
    at = time.time()
    with open_for_writing(run) as connection:
        journal, reader = Journal(connection), RunReader(connection)
        rows = [(row.row, tuple(row.steps.split())) for row in reader.planned_rows() if row.decision == "do"]
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            for ordinal in range(max(len(steps) for _, steps in some)):
                for state in (StepState.IN_FLIGHT, StepState.DONE):
                    journal.record(
                        [
                            StepChange(row, ordinal, steps[ordinal], state, 1, at, at)
                            for row, steps in some
                            if ordinal < len(steps)
                        ],
                        {},
                    )
        journal.enter(RunState.FINISHED, at, {})


def as_after_the_run(users: pd.DataFrame) -> pd.DataFrame:
    """Six of ten have changed their password, the others have not."""
    changed = users.index % 10 < 6
    status = users["status"].where(changed | (users["status"] != "CONFIRMED"), "RESET_REQUIRED")
    return users.assign(status=status, modified_at=time.time() + 60, created_at=0.0)


def timed(part: str, work: Callable[[], T]) -> T:
    before = time.monotonic()
    result = work()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{part:<28}{time.monotonic() - before:>9.2f}{memory:>11,}")
    return result


if __name__ == "__main__":
    main()
