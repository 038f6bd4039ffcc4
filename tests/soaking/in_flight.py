"""A runner that was killed with thousands of calls under way, of which half arrived."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from command import Command, Desk, verified_users

from bulkreset.ledger.connection import open_for_writing, open_read_only
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.states import StepState
from bulkreset.simulator import DEMO_POOL_ID, NO_QUOTAS, Simulator
from bulkreset.simulator.calls import HttpRequest

RESET = "AdminResetUserPassword"
CATEGORIES = ("UserAccountRecovery", "UserUpdate", "UserList", "UserRead", "UserPoolRead")
ENVIRONMENT = {
    "quotas": {"share": 1.0, **{name: {"rate_per_second": 2000} for name in CATEGORIES}},
    "caps": {"max_pool_fraction": 1.0, "max_users": 1_000_000},
    "concurrency": 64,
    "message_budget": {"email_per_day": 1_000_000},
    "read_back_after_seconds": 1.0,
    "state_dir": "state",
}


@dataclass(slots=True)
class Resumed:
    """What came of it."""

    arrived: int
    read_back: int = 0
    done: int = 0
    mailed_twice: int = 0
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)


def resume_after_a_kill_with(rows: int, folder: Path) -> Resumed:
    """Plans a run in an empty folder, has it in flight as a whole, and resumes it once."""
    outputs, desk_folder = folder / "outputs", folder / "desk"
    outputs.mkdir()
    desk_folder.mkdir()
    users = verified_users(rows)
    run = desk_folder / "a.run"
    with Simulator(quotas=NO_QUOTAS) as simulator:
        simulator.create_pool(users)
        desk = Desk(desk_folder, simulator.endpoint_url)
        desk.environment(**ENVIRONMENT)
        desk.job([user.username for user in users], policy={"sign_out": "none"})
        command = Command(desk_folder, outputs)
        try:
            digest = command.plan(run)
            begin_all(run, digest)
            arriving = [user.username for user in users[::2]]
            arrive(simulator, arriving)
            begun = time.monotonic()
            ended = command.start("resume", run, "--json").wait(600)
        finally:
            command.end_all()
        resumed = Resumed(len(arriving), seconds=time.monotonic() - begun)
        if ended.code:
            resumed.violations.append(f"exit code {ended.code}: {ended.err[-2000:]}")
            return resumed
        resumed.done = ended.status["outcomes"]["done"]
        resumed.read_back = simulator.counters.calls("AdminGetUser")
        counts = simulator.outbox.counts()
    resumed.mailed_twice = sum(count > 1 for count in counts.values())
    if resumed.mailed_twice or resumed.done != rows or counts.total() != rows:
        resumed.violations.append(f"{rows} rows in flight: {resumed}, {counts.total()} messages")
    if resumed.read_back < rows:
        resumed.violations.append(f"{rows} rows in flight, and only {resumed.read_back} were read back")
    return resumed


def begin_all(run: Path, digest: str) -> None:
    """Confirms the plan and writes down the intent of every row's first step, as a runner does."""
    now = time.time()
    with closing(open_read_only(run)) as connection:
        planned = connection.execute("SELECT row, steps FROM plan WHERE decision = 'do'").fetchall()
    intents = [
        StepChange(row, 0, steps.split()[0], StepState.IN_FLIGHT, attempts=1, called_at=now)
        for row, steps in planned
    ]
    with open_for_writing(run) as connection:
        journal = Journal(connection)
        journal.event(now, "confirmed", {"digest": digest})
        journal.record(intents, {})


def arrive(simulator: Simulator, usernames: Iterable[str]) -> None:
    """Resets that had been sent reach Cognito."""
    headers = {"x-amz-target": f"AWSCognitoIdentityProviderService.{RESET}"}
    for name in usernames:
        body = json.dumps({"UserPoolId": DEMO_POOL_ID, "Username": name}).encode()
        simulator._front.handle(HttpRequest("POST", "/", headers, body))
