"""What a report costs in each format.

    python benchmarks/report_formats.py [ROWS]

Prints a table with the whole process's seconds, those of its CPU, their ratio to csv, its peak memory, and
the size of the file.
The run is planned by the real command; what became of its rows is written into the run file.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from plan import write_inputs

from bulkreset.ledger.connection import open_for_writing, open_read_only
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import StepState
from bulkreset.reporting.registry import writers

STEP = "sign-out"
BEGIN = 1_700_000_000.0
BATCH = 5_000

MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""A small process in between: the peak of a forked one begins with that of the process it was forked from."""


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_inputs(folder, rows)
        job = folder / "job.yaml"
        job.write_text(job.read_text().replace("force-reset", STEP))
        _bulkreset(folder, "plan", "job.yaml", "--out", "a.run", "--snapshot", "pool.parquet")
        _settle(folder / "a.run")
        print(f"report of a run of {rows:,} rows\n")
        print(f"{'format':<10}{'seconds':>10}{'CPU':>10}{'of csv':>10}{'peak MB':>10}{'file MB':>10}")
        of_csv = 0.0
        for form in sorted(writers(), key=lambda one: (one != "csv", one)):
            out = folder / f"report.{form}"
            seconds, cpu, peak = _bulkreset(folder, "report", "a.run", "--format", form, "--out", str(out))
            of_csv = of_csv or cpu
            size = out.stat().st_size / 1e6
            print(
                f"{form:<10}{seconds:>10.1f}{cpu:>10.1f}{cpu / of_csv:>10.2f}{peak:>10.0f}{size:>10.1f}",
                flush=True,
            )


def _settle(run: Path) -> None:
    """Every hundredth row failed, every thousandth is unknown, the others are done."""
    with closing(open_read_only(run)) as connection:
        to_do = [row.row for row in RunReader(connection).planned_rows() if row.decision == "do"]
    with open_for_writing(run) as connection:
        journal = Journal(connection)
        for first in range(0, len(to_do), BATCH):
            rows = to_do[first : first + BATCH]
            journal.record([_begun(row) for row in rows] + [_ended(row) for row in rows if row % 1000], {})


def _begun(row: int) -> StepChange:
    return StepChange(row, 0, STEP, StepState.IN_FLIGHT, 1, called_at=BEGIN + row / 30)


def _ended(row: int) -> StepChange:
    at, request = BEGIN + row / 30 + 0.06, f"{row:08x}-5717-4562-b3fc-2c963f66afa6"
    if row % 100:
        return StepChange(row, 0, STEP, StepState.DONE, 1, finished_at=at, request_id=request)
    code, message = "UserNotFoundException", "User does not exist."
    return StepChange(row, 0, STEP, StepState.FAILED, 1, None, at, request, code, message)


def _bulkreset(folder: Path, *arguments: str) -> tuple[float, float, float]:
    """Runs the command; returns its seconds, those of its CPU, and its peak memory in megabytes."""
    before = time.monotonic()
    command = [sys.executable, "-m", "bulkreset", *arguments]
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, *command], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    )
    seconds = time.monotonic() - before
    cpu, peak = measured.stdout.split()
    return seconds, float(cpu), int(peak) / 1024


if __name__ == "__main__":
    main()
