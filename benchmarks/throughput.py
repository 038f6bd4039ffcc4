"""How much of Cognito's quota is used, beside a plain boto3 loop and boto3's adaptive retries.

    python benchmarks/throughput.py [USERS]

Prints a table. Every way resets its own fresh pool, one after the other in the same run, because
machines differ and drift; compare rows, not runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pool_process import POOL_ID, SimulatedPool, simulated_pool

QUOTA_PER_SECOND = 30
UPDATES_PER_SECOND = 25
LOOP_USERS = 200
MIXED_USERS = 300
THREADS = 32


def main() -> None:
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    os.environ |= {"AWS_ACCESS_KEY_ID": "simulated", "AWS_SECRET_ACCESS_KEY": "simulated"}
    print(f"resets against a quota of {QUOTA_PER_SECOND}/s at 60 ms latency\n")
    print(f"{'':<34}{'users':>6}{'done':>6}{'seconds':>9}{'users/s':>9}{'of quota':>10}{'throttled':>11}")
    _resets("plain boto3 loop", LOOP_USERS, lambda pool: _loop(pool, LOOP_USERS))
    _resets(f"{THREADS} threads, default retries", users, lambda pool: _threads(pool, users, "standard"))
    _resets(f"{THREADS} threads, adaptive retries", users, lambda pool: _threads(pool, users, "adaptive"))
    _resets("bulkreset apply", users, lambda pool: _bulkreset(pool, users))
    print(f"\nverify + reset + sign-out of {MIXED_USERS} users, from the start of `apply` to its end\n")
    _mixed()


def _resets(name: str, users: int, reset: Callable[[SimulatedPool], int]) -> None:
    with simulated_pool(users) as pool:
        done = reset(pool)
        seen = pool.seen()
    rate = (seen.resets - 1) / seen.span_seconds
    useful = (done - 1) / seen.span_seconds
    print(
        f"{name:<34}{users:>6}{done:>6}{seen.span_seconds:>9.1f}{useful:>9.1f}"
        f"{rate / QUOTA_PER_SECOND:>10.1%}{seen.throttled:>11}"
    )


def _mixed() -> None:
    with simulated_pool(MIXED_USERS, verified=False) as pool:
        done, seconds = _planned_and_applied(pool, MIXED_USERS, "{unverified: verify-email}")
        seen = pool.seen()
    bound = MIXED_USERS * 2 / UPDATES_PER_SECOND
    print(f"bound by UserUpdate {bound:.1f} s; took {seconds:.1f} s: {seconds / bound:.3f} x the bound")
    print(f"{done} done, {seen.throttled} calls throttled, {seen.users_mailed_twice} users mailed twice")


def _client(pool: SimulatedPool, mode: str) -> Any:  # noqa: ANN401 - boto3 makes its classes at run time
    retries = {"mode": mode}
    config = Config(retries=retries, max_pool_connections=THREADS)  # type: ignore[arg-type]
    return boto3.client("cognito-idp", "us-east-1", endpoint_url=pool.endpoint_url, config=config)


def _loop(pool: SimulatedPool, users: int) -> int:
    client = _client(pool, "standard")
    return sum(_reset_one(client, f"user-{number}") for number in range(users))


def _threads(pool: SimulatedPool, users: int, mode: str) -> int:
    client = _client(pool, mode)
    with ThreadPoolExecutor(THREADS) as threads:
        return sum(threads.map(lambda number: _reset_one(client, f"user-{number}"), range(users)))


def _reset_one(client: Any, username: str) -> bool:  # noqa: ANN401 - as above
    try:
        client.admin_reset_user_password(UserPoolId=POOL_ID, Username=username)
    except (ClientError, BotoCoreError):
        return False
    return True


def _bulkreset(pool: SimulatedPool, users: int) -> int:
    done, _ = _planned_and_applied(pool, users, "{sign_out: none}")
    return done


def _planned_and_applied(pool: SimulatedPool, users: int, policy: str) -> tuple[int, float]:
    """How many users were done, and how long `apply` took from its start as a process to its end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "environment.yaml").write_text(
            f"pool_id: {POOL_ID}\nendpoint_url: {pool.endpoint_url}\n"
            "quotas: {share: 1.0}\ncaps: {max_pool_fraction: 1.0}\n"
        )
        (folder / "job.yaml").write_text(
            f"environment: environment.yaml\ngoal: force-reset\nmanifest: users.csv\npolicy: {policy}\n"
        )
        rows = "".join(f"user-{number}\n" for number in range(users))
        (folder / "users.csv").write_text(f"username\n{rows}")
        planned = _command(folder, "plan", "job.yaml", "--out", "a.run", "--json")
        before = time.monotonic()
        status = _command(folder, "apply", "a.run", "--confirm", planned["digest"], "--json")
        return status["outcomes"]["done"], time.monotonic() - before


def _command(folder: Path, *arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bulkreset", *arguments]
    result = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    )
    status: dict[str, Any] = json.loads(result.stdout)
    return status


if __name__ == "__main__":
    main()
