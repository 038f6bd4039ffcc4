"""What tests of whole runs share: a folder as a user would fill it, and the real command."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from warm import Forked, begin

from bulkreset.simulator import DEMO_POOL_ID, SeedUser

PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.005

FAST = {
    name: {"rate_per_second": 300}
    for name in ("UserAccountRecovery", "UserUpdate", "UserList", "UserRead", "UserPoolRead")
}
"""Quotas of an environment that let a test run without waiting."""

SECRETS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "canary/of-the-secret-key/7MDENGbPxRfiCY",
    "AWS_SESSION_TOKEN": "canary-of-the-session-token-FwoGZXIvYXdzE",
}
"""Credentials of no account; none of them may turn up in anything that the command writes."""


def until(holds: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Waits for a condition."""
    ends_at = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends_at, f"waited {seconds:g} s in vain for: {what}"
        time.sleep(POLL_SECONDS)


def verified_users(count: int, prefix: str = "user") -> list[SeedUser]:
    """Users whom a reset reaches, each with an address of its own.

    Nobody has changed them for an hour: a change within a second of a call whose answer is lost may be taken
    for the effect of the call, and a run in a test begins within a second.
    """
    an_hour_ago = time.time() - 3600
    return [
        SeedUser(
            name := f"{prefix}-{number:04d}",
            email=f"{name}@example.com",
            email_verified=True,
            modified_at=an_hour_ago,
        )
        for number in range(count)
    ]


class Desk:
    """A folder with `environment.yaml`, `job.yaml` and a manifest. What is written last counts."""

    def __init__(self, folder: Path, endpoint_url: str, pool_id: str = DEMO_POOL_ID) -> None:
        self.folder = folder
        self.job_path = folder / "job.yaml"
        self._endpoint_url = endpoint_url
        self._pool_id = pool_id
        self.environment()

    def environment(self, **settings: object) -> Path:
        """An environment without waits and without caps, but for `settings`."""
        written = {
            "pool_id": self._pool_id,
            "endpoint_url": self._endpoint_url,
            "quotas": {"share": 1.0, **FAST},
            "caps": {"max_pool_fraction": 1.0},
            "timeouts": {"connect_seconds": 2, "read_seconds": 5},
            "read_back_after_seconds": 0.5,
        } | settings
        return self._yaml("environment.yaml", written)

    def job(self, users: Iterable[str] | Path, **settings: object) -> Path:
        """A force-reset of users given by name, or in a manifest file."""
        manifest = users if isinstance(users, Path) else self.manifest(users)
        written = {"environment": "environment.yaml", "goal": "force-reset", "manifest": manifest.name}
        return self._yaml("job.yaml", written | settings)

    def selecting_job(self, asked: Mapping[str, object], **settings: object) -> Path:
        """A force-reset of users who are selected from the pool."""
        written = {"environment": "environment.yaml", "goal": "force-reset", "select": asked}
        return self._yaml("job.yaml", written | settings)

    def manifest(self, users: Iterable[str], column: str = "username", name: str = "users.csv") -> Path:
        path = self.folder / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[column], *([user] for user in users)])
        return path

    def _yaml(self, name: str, content: Mapping[str, object]) -> Path:
        path = self.folder / name
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
        return path


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that came to its end."""

    code: int
    out: str
    err: str

    @property
    def status(self) -> dict[str, Any]:
        """The status object, which is last on stdout."""
        status: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return status


class Running:
    """A command under way, in a process group of its own."""

    def __init__(self, process: Forked | subprocess.Popen[bytes], out: Path, err: Path) -> None:
        self.process = process
        self._out = out
        self._err = err

    @property
    def err(self) -> str:
        return self._err.read_text(encoding="utf-8")

    @property
    def out(self) -> str:
        return self._out.read_text(encoding="utf-8")

    @property
    def is_over(self) -> bool:
        return self.process.poll() is not None

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """kill -9 of the whole group."""
        if not self.is_over:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def wait(self, seconds: float = PATIENCE_SECONDS) -> Ended:
        code = self.process.wait(seconds)
        return Ended(code, self._out.read_text(encoding="utf-8"), self.err)


class Command:
    """The real command, started in a folder with credentials of no account."""

    def __init__(self, folder: Path, outputs: Path, **more_environment: str) -> None:
        self.folder = folder
        self._outputs = outputs
        self._started: list[Running] = []
        self.environ = {**os.environ, "HOME": str(outputs), **SECRETS, **more_environment}

    def start(self, *arguments: str | Path, **popen: Any) -> Running:
        number = len(self._started)
        out, err = self._outputs / f"{number}.out", self._outputs / f"{number}.err"
        options = {"cwd": self.folder, "env": self.environ, "stdin": subprocess.DEVNULL} | popen
        with out.open("wb") as out_file, err.open("wb") as err_file:
            process = begin([*map(str, arguments)], **{"stdout": out_file, "stderr": err_file} | options)
        running = Running(process, out, err)
        self._started.append(running)
        return running

    def __call__(self, *arguments: str | Path, **popen: Any) -> Ended:
        return self.start(*arguments, **popen).wait()

    def plan(self, run: str | Path, *more: str) -> str:
        """Plans `job.yaml` into `run`; returns the digest."""
        planned = self("plan", "job.yaml", "--out", run, "--json", *more)
        assert planned.code == 0, planned.err
        return str(planned.status["digest"])

    def plan_and_apply(self, run: str | Path, *more: str) -> Ended:
        return self("apply", run, "--confirm", self.plan(run), "--json", *more)

    def report(self, run: str | Path) -> dict[str, Any]:
        """The JSON report."""
        path = self._outputs / "report.json"
        written = self("report", run, "--format", "json", "--out", path)
        assert written.code == 0, written.err
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return report

    def everything_said(self) -> str:
        """All output of all commands so far."""
        return "".join(
            path.read_text(encoding="utf-8", errors="replace")
            for path in sorted(self._outputs.iterdir())
            if path.suffix in {".out", ".err", ".json"}
        )

    def end_all(self) -> None:
        for running in self._started:
            running.kill()
