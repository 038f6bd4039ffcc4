"""How long a plan takes: a CSV manifest against a saved snapshot of the pool.

    python benchmarks/plan.py [ROWS]

Prints a table with the whole process's time and its peak memory.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import pandas as pd

from bulkreset.planning.snapshot import Snapshot, save_snapshot
from bulkreset.pool import PoolFacts

POOL_ID = "us-east-1_Benchmark1"
RUNS = 3


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_inputs(folder, rows)
        print(f"plan of {rows:,} CSV rows against a snapshot of {rows:,} users\n")
        print(f"{'run':>4}{'seconds':>10}{'peak MB':>10}")
        for run in range(RUNS):
            command = ["plan", "job.yaml", "--out", f"{run}.run", "--snapshot", "pool.parquet", "--json"]
            before = time.monotonic()
            subprocess.run(
                [sys.executable, "-m", "bulkreset", *command],
                cwd=folder,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"{run + 1:>4}{time.monotonic() - before:>10.2f}{peak:>10.0f}")


def write_inputs(folder: Path, rows: int) -> None:
    """A pool that signs in by e-mail, with users in many states, and a manifest with two more columns."""
    rng = random.Random(1)  # noqa: S311 - the same pool each time
    subs = [str(uuid.UUID(int=rng.getrandbits(128))) for _ in range(rows)]
    statuses = rng.choices(["CONFIRMED", "UNCONFIRMED", "RESET_REQUIRED"], [90, 5, 5], k=rows)
    users = pd.DataFrame(
        {
            "username": subs,
            "sub": subs,
            "status": statuses,
            "enabled": True,
            "email": [f"user-{number}@example.com" for number in range(rows)],
            "email_verified": [rng.random() < 0.9 for _ in range(rows)],
            "phone_number": "",
            "phone_number_verified": False,
            "modified_at": 1.7e9,
            "preferred_mfa": "",
        }
    )
    pool = PoolFacts(POOL_ID, "benchmark", (), (), ("email",), False, rows, "DEVELOPER")
    save_snapshot(Snapshot(pool, users, time.time(), whole_pool=True), folder / "pool.parquet")
    with (folder / "users.csv").open("w", encoding="utf-8") as file:
        file.write("email,department,note\n")
        file.writelines(f"user-{n}@example.com,department {n % 7},note {n}\n" for n in range(rows))
    (folder / "environment.yaml").write_text(
        f"pool_id: {POOL_ID}\ncaps: {{max_users: {rows}, max_pool_fraction: 1.0}}\n"
    )
    (folder / "job.yaml").write_text(
        "environment: environment.yaml\ngoal: force-reset\nmanifest: users.csv\n"
    )


if __name__ == "__main__":
    main()
