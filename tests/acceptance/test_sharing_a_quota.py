"""Two runs at once on one account and region: together never over the quota, and never far below it."""

from __future__ import annotations

import time

import pytest
from command import Desk, until, verified_users
from noise import Noise

from bulkreset.rates.quotas import DOCUMENTED_RATES

RESET = "AdminResetUserPassword"
QUOTA = 30
POOLS = ("us-east-1_Sharing01", "us-east-1_Sharing02")


@pytest.fixture
def two_runs(start, tmp_path, command_in):
    """Two pools of one account with 600 users each, planned, and quotas as AWS has them."""
    simulator = start(
        verified_users(600, "one"), {"pool_id": POOLS[0]}, quotas=DOCUMENTED_RATES, latency_seconds=0.05
    )
    simulator.create_pool(verified_users(600, "two"), pool_id=POOLS[1])
    runs = []
    for pool_id, prefix in zip(POOLS, ("one", "two"), strict=True):
        folder = tmp_path / prefix
        folder.mkdir()
        desk = Desk(folder, simulator.endpoint_url, pool_id)
        desk.environment(quotas={"share": 1.0}, state_dir=str(tmp_path / "state"))
        desk.job(
            [f"{prefix}-{number:04d}" for number in range(600)], policy={"sign_out": "none"}, read="scan"
        )
        command = command_in(folder)
        runs.append((command, command.plan("a.run")))
    return simulator, runs


@pytest.fixture
def noise():
    with Noise() as noise:
        yield noise


def begin(command, digest):
    return command.start("apply", "a.run", "--confirm", digest, "--json")


def sent(simulator, prefix):
    return sum(message.username.startswith(prefix) for message in simulator.outbox.messages)


@pytest.mark.alone
def test_two_runs_share_a_quota_and_one_takes_over_when_the_other_is_killed(two_runs, noise):
    simulator, ((first, first_digest), (second, second_digest)) = two_runs
    one = begin(first, first_digest)
    until(lambda: sent(simulator, "one") >= 60, "the first run to be under way")
    two = begin(second, second_digest)
    until(lambda: sent(simulator, "two") >= 15, "the second run to be under way")
    time.sleep(1.0)

    # Both at once, for six seconds.
    begun_at, ones, twos = time.monotonic(), sent(simulator, "one"), sent(simulator, "two")
    time.sleep(6.0)
    ended_at = time.monotonic()
    ones, twos = sent(simulator, "one") - ones, sent(simulator, "two") - twos
    seconds = ended_at - begun_at - 4 * noise.seconds  # what a stall holds up is not caught up
    assert ones + twos >= 0.95 * QUOTA * seconds - 2
    assert 0.3 < ones / (ones + twos) < 0.7, f"{ones} and {twos}: each gets its part"

    one.kill()
    killed_at = time.monotonic()
    time.sleep(5.0)
    before = sent(simulator, "two")
    time.sleep(3.0)
    seconds = 3.0 - 4 * noise.seconds
    assert sent(simulator, "two") - before >= 0.95 * QUOTA * seconds - 2, (
        "the other takes over within five seconds"
    )
    assert time.monotonic() - killed_at < 9

    busiest = simulator.counters.busiest_second(RESET, seconds=1.0 - 2 * noise.seconds)
    assert busiest <= QUOTA, f"{busiest} calls in a second, sender and receiver late by {noise.seconds:.3f} s"
    assert simulator.counters.throttled("UserAccountRecovery") == 0
    assert second("stop", "a.run").code == 0
    assert two.wait().code == 4


def test_runs_of_other_accounts_do_not_share(two_runs):
    """The folder that is shared is named by account, region and endpoint."""
    simulator, ((first, digest), _) = two_runs
    running = begin(first, digest)
    until(lambda: sent(simulator, "one") >= 5, "the run to be under way")
    (shared,) = (first.folder.parent / "state").iterdir()
    assert "us-east-1" in shared.name
    assert first("stop", "a.run").code == 0
    assert running.wait().code == 4
