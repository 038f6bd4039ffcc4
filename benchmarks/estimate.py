"""How well a plan's estimate holds, against real runs on the simulator.

    python benchmarks/estimate.py [USERS]

Prints a table: what the plan says that a run takes, and what it took from its first moment to its last as
its own events have it. A busy machine makes runs longer than they have to be.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from pool_process import POOL_ID, simulated_pool

USERS = 600
JOBS = {
    "reset": "policy: {sign_out: none}",
    "reset and sign out": "policy: {sign_out: after-reset}",
    "verify, reset and sign out": "policy: {unverified: verify-email}",
    "two waves, 5 s apart": "waves: [60, rest]\nbetween: 5s",
    "at three tenths of the quota": "policy: {sign_out: none}",
}
ENDS = (("origin", "planned_at"), ("course", "finish"))
"""Between which moments a plan says that its run takes place."""

SHARES = {"at three tenths of the quota": 0.3}


def main() -> None:
    users = int(sys.argv[1]) if len(sys.argv) > 1 else USERS
    print(f"{users} users, documented quotas, 60 ms latency\n")
    print(f"{'':<32}{'estimated':>11}{'took':>9}{'off by':>9}")
    for name, lines in JOBS.items():
        with (
            simulated_pool(users, verified="verify" not in name) as pool,
            tempfile.TemporaryDirectory() as path,
        ):
            estimated, took = _run(Path(path), pool.endpoint_url, users, lines, SHARES.get(name, 1.0))
        print(f"{name:<32}{estimated:>9.1f} s{took:>7.1f} s{took / estimated - 1:>+9.1%}")


def _run(folder: Path, endpoint_url: str, users: int, lines: str, share: float) -> tuple[float, float]:
    """Seconds as estimated, and as taken between the events `running` and `finished`."""
    (folder / "environment.yaml").write_text(
        f"pool_id: {POOL_ID}\nendpoint_url: {endpoint_url}\n"
        f"quotas: {{share: {share}}}\ncaps: {{max_pool_fraction: 1.0}}\n"
    )
    (folder / "job.yaml").write_text(
        f"environment: environment.yaml\ngoal: force-reset\nmanifest: users.csv\n{lines}\n"
    )
    rows = "".join(f"user-{number}\n" for number in range(users))
    (folder / "users.csv").write_text(f"username\n{rows}")
    digest = json.loads(_command(folder, "plan", "job.yaml", "--out", "a.run", "--json"))["digest"]
    plan: dict[str, Any] = json.loads(_command(folder, "show", "a.run", "--format", "json"))
    begin, end = (datetime.fromisoformat(plan[part][name]) for part, name in ENDS)
    _command(folder, "apply", "a.run", "--confirm", digest)
    events = json.loads(_command(folder, "report", "a.run", "--format", "json", "--out", "/dev/stdout"))[
        "events"
    ]
    # A run that paused between waves says `running` again: the first one counts.
    at = {event["event"]: datetime.fromisoformat(event["at"]) for event in reversed(events)}
    return (end - begin).total_seconds(), (at["finished"] - at["running"]).total_seconds()


def _command(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "bulkreset", *arguments]
    done = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, text=True
    )
    return done.stdout


if __name__ == "__main__":
    main()
