"""Several processes that share one category: the quota holds and is used, and each gets its part."""

from __future__ import annotations

import subprocess
import sys
import time
from bisect import bisect_left
from pathlib import Path

QUOTA = 50.0

RUN = f"""
import sys
from pathlib import Path

from bulkreset.clock import SystemClock
from bulkreset.rates.limiter import Grant, Limiter
from bulkreset.rates.shared_register import SharedRegister

clock = SystemClock()
limiter = Limiter(Grant("UserAccountRecovery", {QUOTA}, {QUOTA}), clock)
limiter.share(SharedRegister(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
while True:
    now = clock.monotonic()
    if limiter.next_slot() - 0.1 <= now + 0.001:
        slots = []
        while limiter.next_slot() <= now + 0.2:
            slots.append(limiter.reserve())
        print(*slots, sep="\\n", flush=True)
    clock.sleep(min(limiter.next_slot() - 0.1, now + 0.1) - clock.monotonic())
"""


class Process:
    """A run in a process of its own; its slots up to its end are the calls that it made."""

    def __init__(self, folder: Path, number: int) -> None:
        self._log = folder / f"{number}.log"
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", RUN, str(folder / "UserAccountRecovery.pace")],
                stdin=subprocess.PIPE,
                stdout=log,
                text=True,
            )
        self.ended_at = float("inf")

    def wait_until_ready(self) -> None:
        while not self._log.read_text():
            time.sleep(0.01)

    def go(self) -> None:
        self.process.stdin.write("go\n")
        self.process.stdin.flush()

    def kill(self) -> None:
        if self.process.poll() is not None:
            return
        self.process.kill()
        self.ended_at = time.monotonic()
        self.process.wait()
        self.process.stdin.close()

    @property
    def calls(self) -> list[float]:
        slots = [float(line) for line in self._log.read_text().splitlines()[1:]]
        return [slot for slot in slots if slot <= self.ended_at]

    def per_second(self, begin: float, end: float) -> float:
        return sum(begin <= at < end for at in self.calls) / (end - begin)


def test_two_processes_share_a_quota_and_one_takes_all_of_it_when_the_other_is_killed(tmp_path):
    runs = [Process(tmp_path, number) for number in range(2)]
    try:
        for run in runs:
            run.wait_until_ready()
        begin = time.monotonic()
        for run in runs:
            run.go()
        time.sleep(1.5)
        runs[1].kill()
        time.sleep(1.1)
    finally:
        for run in runs:
            run.kill()
    killed, end = runs[1].ended_at, runs[0].ended_at

    calls = sorted(runs[0].calls + runs[1].calls)
    most = max(bisect_left(calls, at + 1.0 - 1e-6) - index for index, at in enumerate(calls))
    assert most <= QUOTA
    both = [run.per_second(begin + 0.2, killed) for run in runs]
    assert sum(both) >= QUOTA * 0.95
    assert [0.35 <= part / sum(both) <= 0.65 for part in both] == [True, True]
    assert runs[0].per_second(killed + 0.25, end) >= QUOTA * 0.95
