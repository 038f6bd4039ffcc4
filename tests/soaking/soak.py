"""One run under the storm: killed again and again, resumed until its end, and then audited."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from command import Command, Desk, Ended, Running
from soaking.audit import violations
from soaking.reaper import Reaper
from soaking.scenes import SCENES, Scene, lay_out, users_of
from soaking.storm import let_loose, struck

from bulkreset.simulator import NO_QUOTAS, Simulator

CHECK_EVERY = 10
ENDS_BY_ITSELF = {3, 4}
"""Access is lost, or a wave or an order stops it."""

AT_ITS_END = {0, 1}
MOST_RESUMES = 60
LAST_RUNNER_SECONDS = 180.0
LATENCY_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Spec:
    """One run of the soak: everything in it that is drawn follows from `seed`, but not how fast things go."""

    seed: int
    kills: int
    users: int
    faults: float

    @property
    def scene(self) -> Scene:
        return SCENES[self.seed % len(SCENES)]


@dataclass(slots=True)
class Tally:
    """What came of a run."""

    name: str
    rows: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    moments: Counter[str] = field(default_factory=Counter)
    orders: Counter[str] = field(default_factory=Counter)
    ended_by_itself: int = 0
    calls: int = 0
    struck: int = 0
    read_back: int = 0
    checks: int = 0
    messages: int = 0
    mailed_twice: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)


def soak(spec: Spec, folder: Path) -> Tally:
    """Carries one run out in an empty folder."""
    begun = time.monotonic()
    rng = random.Random(spec.seed)  # noqa: S311 - reproducible, and no secret
    outputs = folder / "outputs"
    desk_folder = folder / "desk"
    outputs.mkdir()
    desk_folder.mkdir()
    users = users_of(spec.scene, spec.users, spec.seed)
    with Simulator(quotas=NO_QUOTAS, latency_seconds=LATENCY_SECONDS, seed=spec.seed) as simulator:
        simulator.create_pool(users)
        desk = Desk(desk_folder, simulator.endpoint_url)
        tally = Tally(spec.scene.name, lay_out(spec.scene, users, desk, rng))
        command = Command(desk_folder, outputs)
        try:
            _Soak(spec, simulator, command, desk_folder / "a.run", rng, tally).go()
        finally:
            command.end_all()
    tally.seconds = time.monotonic() - begun
    return tally


class _Soak:
    def __init__(
        self,
        spec: Spec,
        simulator: Simulator,
        command: Command,
        run: Path,
        rng: random.Random,
        tally: Tally,
    ) -> None:
        self._spec = spec
        self._simulator = simulator
        self._command = command
        self._run = run
        self._rng = rng
        self._tally = tally
        self._reaper = Reaper(simulator, command, run, rng, spec.users // 10)

    def go(self) -> None:
        self._digest = self._command.plan(self._run)
        let_loose(self._simulator, self._spec.faults)
        is_over = False
        while not is_over and self._reaper.kills.total() < self._spec.kills:
            running = self._started()
            if self._reaper.disturb(running):
                if self._reaper.kills.total() % CHECK_EVERY == 0:
                    self._check()
            else:
                is_over = self._ended(running.wait())
        for _ in range(MOST_RESUMES):
            if is_over:
                break
            is_over = self._ended(self._started().wait(LAST_RUNNER_SECONDS))
        self._check()
        self._count()

    def _started(self) -> Running:
        """Once something was called, the plan is known to be confirmed."""
        if self._reaper.changing_calls() and self._rng.random() < 0.9:
            return self._command.start("resume", self._run)
        return self._command.start("apply", self._run, "--confirm", self._digest)

    def _ended(self, ended: Ended) -> bool:
        """Whether the run is at its end, of a runner that nobody killed."""
        if ended.code not in AT_ITS_END | ENDS_BY_ITSELF or "Traceback" in ended.err:
            self._tally.violations.append(f"exit code {ended.code}: {ended.err[-2000:]}")
            return True
        self._tally.ended_by_itself += ended.code in ENDS_BY_ITSELF
        return ended.code in AT_ITS_END

    def _check(self) -> None:
        self._tally.checks += 1
        checked = self._command("check", self._run)
        if checked.code:
            told = f"{checked.out}{checked.err}"
            self._tally.violations.append(f"check after {self._reaper.kills.total()} kills: {told}")

    def _count(self) -> None:
        tally, simulator = self._tally, self._simulator
        tally.struck = struck(simulator)
        tally.calls = sum(simulator.counters.all_calls().values())
        tally.read_back = simulator.counters.calls("AdminGetUser")
        tally.messages = len(simulator.outbox)
        tally.mailed_twice = sum(count > 1 for count in simulator.outbox.counts().values())
        tally.kills, tally.orders = self._reaper.kills, self._reaper.orders
        tally.moments = self._reaper.moments
        report = self._command.report(self._run)
        tally.outcomes = {name: count for name, count in report["status"]["outcomes"].items() if count}
        tally.codes = Counter(
            f"{row['outcome']} for {row['error_code']}"
            for row in report["rows"]
            if row["outcome"] in {"failed", "unknown"}
        )
        tally.violations += violations(simulator, report, tally.rows)
