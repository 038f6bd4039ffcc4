"""What it costs a run to tell others how it goes, by how the webhook that is told behaves.

Wall time of the real command, `run` for USERS users against the embedded Cognito; the shortest of interleaved
runs. Ends 1 when any webhook costs a second or more.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from command import Command, Desk, verified_users
from webhook import FAILS, HANGS, RESETS, TAKES, Webhook, refusing_address

from bulkreset.simulator import NO_QUOTAS, Simulator

USERS = 200
RUNS = 3
LIMIT_SECONDS = 1.0
NOBODY = "nobody is told"


def seconds(folder: Path, simulator: Simulator, address: str | None) -> float:
    """Of one run of its own users."""
    folder.mkdir()
    desk = Desk(folder, simulator.endpoint_url)
    if address:
        desk.environment(notify={"targets": [{"url": f"json://{address}/hook"}]})
    desk.job([f"user-{number:04d}" for number in range(USERS)], policy={"already_required": "send-again"})
    outputs = folder / "outputs"
    outputs.mkdir()
    command = Command(folder, outputs)
    began = time.monotonic()
    ended = command("run", "job.yaml", "--out", "a.run", "--yes", "--json")
    took = time.monotonic() - began
    if ended.code or ended.status["outcomes"]["done"] != USERS:
        raise SystemExit(ended.err)
    return took


def main() -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        simulator = stack.enter_context(Simulator(quotas=NO_QUOTAS))
        simulator.create_pool(verified_users(USERS))
        hooks = {manner: stack.enter_context(Webhook(manner)) for manner in (TAKES, HANGS, FAILS, RESETS)}
        told: dict[str, Callable[[], str | None]] = {
            NOBODY: lambda: None,
            **{f"it {manner}": lambda hook=hook: hook.address for manner, hook in hooks.items()},
            "it refuses": refusing_address,
        }
        taken: dict[str, list[float]] = {name: [] for name in told}
        for number in range(RUNS):
            for index, (name, address) in enumerate(told.items()):
                taken[name].append(seconds(folder / f"{number}-{index}", simulator, address()))
    least = {name: min(times) for name, times in taken.items()}
    print(f"{USERS} users, the shortest of {RUNS} runs")
    print(f"{'webhook':20}{'seconds':>10}{'more':>8}{'limit':>8}")
    for name, took in least.items():
        more = "" if name == NOBODY else f"{took - least[NOBODY]:.2f}"
        print(f"{name:20}{took:10.2f}{more:>8}{LIMIT_SECONDS if more else '':>8}")
    return 0 if max(least.values()) - least[NOBODY] < LIMIT_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
