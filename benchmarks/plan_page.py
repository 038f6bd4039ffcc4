"""What the HTML page of a plan costs to make, and what it weighs.

    python benchmarks/plan_page.py [ROWS]

Prints a table with the whole process's time, and the bytes of the page.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from plan import write_inputs

RUNS = 3


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_inputs(folder, rows)
        _bulkreset(folder, "plan", "job.yaml", "--out", "a.run", "--snapshot", "pool.parquet")
        print(f"page of a plan of {rows:,} rows\n")
        print(f"{'run':>4}{'seconds':>10}{'bytes':>14}")
        for run in range(RUNS):
            seconds = _bulkreset(folder, "show", "a.run", "--format", "html", "--out", "plan.html")
            print(f"{run + 1:>4}{seconds:>10.2f}{(folder / 'plan.html').stat().st_size:>14,}")


def _bulkreset(folder: Path, *arguments: str) -> float:
    """Runs the command; returns its seconds."""
    before = time.monotonic()
    command = [sys.executable, "-m", "bulkreset", *arguments]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - before


if __name__ == "__main__":
    main()
