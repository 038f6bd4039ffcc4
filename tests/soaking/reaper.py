"""How a runner is disturbed: orders from outside, and kill -9 at a moment drawn by chance."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from command import POLL_SECONDS, Command, Running

from bulkreset.simulator import Simulator

CHANGING = (
    "AdminResetUserPassword",
    "AdminUpdateUserAttributes",
    "AdminUserGlobalSignOut",
    "AdminEnableUser",
)
LONGEST_WAIT_SECONDS = 8.0
READ_BACK_WAIT_SECONDS = 3.0
"""Some jobs read nobody back."""

SHARE_OF_ORDERS = 0.15


class Reaper:
    """Ends one runner after the other, each before it has made many more than `most_calls`.

    `kills` counts by what was killed, `orders` by what was ordered.
    """

    def __init__(
        self, simulator: Simulator, command: Command, run: Path, rng: random.Random, most_calls: int
    ) -> None:
        self.kills: Counter[str] = Counter()
        self.moments: Counter[str] = Counter()
        self.orders: Counter[str] = Counter()
        self._simulator = simulator
        self._command = command
        self._run = run
        self._rng = rng
        self._most_calls = most_calls

    def disturb(self, running: Running) -> bool:
        """Kills the runner some time after its start, unless it is over before; whether it was killed."""
        if self._rng.random() < SHARE_OF_ORDERS:
            self._give_orders(running)
            moment = "after an order"
        else:
            moment, wait = self._rng.choice(self._moments())
            wait(running)
        if running.is_over:
            return False
        self.moments[moment] += 1
        self._kill(running)
        return True

    def changing_calls(self) -> int:
        return sum(self._simulator.counters.calls(operation) for operation in CHANGING)

    def _kill(self, running: Running) -> None:
        if self._rng.random() < 0.5:
            self.kills["process"] += 1
            running.process.kill()
            running.process.wait()
        else:
            self.kills["group"] += 1
            running.kill()

    def _moments(self) -> list[tuple[str, Callable[[Running], None]]]:
        return [
            ("starting", lambda running: self._pass(self._rng.uniform(0.05, 1.2), running)),
            ("reading back", self._until_a_read_back),
            ("sending", self._until_calls),
            ("sending", self._until_calls),
            ("any", lambda running: self._pass(self._rng.uniform(0.5, 3.0), running)),
        ]

    def _until_a_read_back(self, running: Running) -> None:
        seen = self._simulator.counters.calls("AdminGetUser")
        self._wait(
            lambda: self._simulator.counters.calls("AdminGetUser") > seen,
            running,
            READ_BACK_WAIT_SECONDS,
        )
        self._pass(self._rng.uniform(0.0, 0.05), running)

    def _until_calls(self, running: Running) -> None:
        wanted = self.changing_calls() + self._rng.randint(1, self._most_calls)
        self._wait(lambda: self.changing_calls() >= wanted, running)
        self._pass(self._rng.uniform(0.0, 0.03), running)

    def _give_orders(self, running: Running) -> None:
        """An order to a runner that has begun to call; a stop may end it."""
        self._until_calls(running)
        order = self._rng.choice(["pause", "pause and continue", "rate", "stop", "mark"])
        self.orders[order] += 1
        match order:
            case "pause":
                self._command.start("pause", self._run)
                self._pass(self._rng.uniform(0.3, 2.0), running)
            case "pause and continue":
                self._command("pause", self._run)
                self._command("continue", self._run)
                self._until_calls(running)
            case "rate":
                self._command.start("rate", self._run, "--share", str(self._rng.choice([0.5, 0.8, 1.0])))
                self._until_calls(running)
            case "stop":
                self._command.start("stop", self._run)
                self._pass(self._rng.uniform(0.5, 3.0), running)
            case "mark":
                mark = self._run.with_name(f"{self._run.name}.pause")
                mark.touch()
                self._pass(self._rng.uniform(0.1, 1.0), running)
                mark.unlink()
                self._pass(self._rng.uniform(0.0, 0.5), running)

    def _pass(self, seconds: float, running: Running) -> None:
        self._wait(lambda: False, running, seconds)

    @staticmethod
    def _wait(holds: Callable[[], bool], running: Running, seconds: float = LONGEST_WAIT_SECONDS) -> None:
        """Waits for a condition, for so long at most, and no longer than the runner lives."""
        ends_at = time.monotonic() + seconds
        while not holds() and not running.is_over and time.monotonic() < ends_at:
            time.sleep(POLL_SECONDS)
