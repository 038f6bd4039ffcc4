"""Whether a plan tells the truth about a mixed pool: plans it, carries it out, and compares every user.

    PYTHONPATH=tests python benchmarks/prediction.py [USERS [SEED]]

Prints a table, and exits with 1 if a single prediction is wrong. The same seed draws the same users and rows.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from command import SECRETS, Command, Desk
from mixed_pool import INCIDENT, POOL, QUICK, mixed
from truth import states, untrue

from bulkreset.simulator import NO_QUOTAS, Simulator

SHOWN = 20


def main() -> int:
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    drawn = mixed(users, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    os.environ |= SECRETS
    with tempfile.TemporaryDirectory() as name, Simulator(quotas=NO_QUOTAS) as simulator:
        simulator.create_pool(drawn.users, **POOL)
        folder = Path(name) / "desk"
        folder.mkdir()
        desk = Desk(folder, simulator.endpoint_url)
        desk.environment(quotas={"share": 1.0, **QUICK}, caps={"max_pool_fraction": 1.0, "max_users": users})
        drawn.write_manifest(folder / "users.csv")
        policy = {"unverified": "verify-email", "not_changed_since": INCIDENT, "protected": drawn.protected}
        desk.job(folder / "users.csv", policy=policy)
        command = Command(folder, Path(name))
        before = states(simulator)
        begun = time.monotonic()
        digest = command.plan("a.run")
        planned = time.monotonic()
        command("apply", "a.run", "--confirm", digest)
        applied = time.monotonic()
        command("show", "a.run", "--format", "json", "--out", "plan.json")
        became = {row["row"]: row for row in command.report("a.run")["rows"]}
        plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        rows = [became[row["row"]] | row for row in plan["rows"]]
        wrong = untrue(rows, before, states(simulator), simulator)
    print(f"{len(rows):,} rows about a pool of {users:,} users: plan {planned - begun:.1f} s, ", end="")
    print(f"apply {applied - planned:.1f} s\n")
    _print_reasons(Counter((row["decision"], row["reason"]) for row in rows))
    for told in wrong[:SHOWN]:
        print(f"WRONG {told}")
    print(f"\n{len(wrong)} predictions are wrong")
    return 1 if wrong else 0


def _print_reasons(counts: Counter[tuple[str, str]]) -> None:
    print(f"{'':<8}{'reason':<22}{'rows':>8}")
    for (decision, reason), count in sorted(counts.items()):
        print(f"{decision:<8}{reason:<22}{count:>8,}")


if __name__ == "__main__":
    sys.exit(main())
