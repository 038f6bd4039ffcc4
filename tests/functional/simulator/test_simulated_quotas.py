"""Quotas, other traffic, latency and counters."""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from botocore.exceptions import ClientError

from bulkreset.clock import VirtualClock
from bulkreset.simulator import SeedUser

RECOVERY = "UserAccountRecovery"
RATE_EXCEEDED = {"Code": "TooManyRequestsException", "Message": "Rate exceeded"}


@pytest.fixture
def clock():
    return VirtualClock()


@pytest.fixture
def limited(start, clock):
    return start(quotas={RECOVERY: 5.0, "UserRead": 100.0}, clock=clock)


@pytest.fixture
def accepted(limited, connect):
    """How many of some resets in one instant are accepted."""
    client = connect(limited)
    pool = limited.create_pool([SeedUser("ada", email="ada@example.com", email_verified=True)])

    def accepted(calls):
        passed, refusals = 0, []
        for _ in range(calls):
            try:
                client.admin_reset_user_password(UserPoolId=pool, Username="ada")
                passed += 1
            except ClientError as error:
                refusals.append((error.response["Error"], error.response["ResponseMetadata"]))
        assert all(refused == RATE_EXCEEDED for refused, _ in refusals)
        assert all(metadata["HTTPStatusCode"] == 400 for _, metadata in refusals)
        return passed

    return accepted


def test_a_bucket_holds_one_second_of_the_quota_and_fills_at_its_rate(limited, accepted, clock):
    assert accepted(8) == 5
    clock.sleep(0.4)
    assert accepted(4) == 2
    clock.sleep(100)
    assert accepted(8) == 5
    assert limited.counters.throttled(RECOVERY) == 3 + 2 + 3
    assert limited.counters.calls("AdminResetUserPassword") == 20
    assert limited.counters.effects("AdminResetUserPassword", "ada") == 12
    assert limited.outbox.counts() == {"ada": 12}


def test_other_traffic_takes_its_part_of_the_quota(limited, accepted, clock):
    accepted(5)
    limited.quotas.set_other_traffic(RECOVERY, 3.0)
    clock.sleep(1)
    assert accepted(5) == 2
    limited.quotas.set_other_traffic(RECOVERY, 0.0)
    clock.sleep(1)
    assert accepted(8) == 5


def test_a_share_of_calls_can_be_throttled_at_random(limited, accepted, clock):
    limited.quotas.set_rate(RECOVERY, None)
    limited.quotas.set_throttled_share(RECOVERY, 0.5)
    assert 10 < accepted(60) < 50


def test_a_lifted_quota_throttles_nothing(limited, accepted):
    limited.quotas.set_rate(RECOVERY, None)
    assert accepted(30) == 30


def test_categories_do_not_share_their_quota(limited, accepted, connect):
    accepted(6)
    assert connect(limited).admin_get_user(UserPoolId="us-east-1_Simulated1", Username="ada")


def test_every_answer_takes_the_latency_and_threads_wait_side_by_side(start, connect):
    simulator = start(latency_seconds=0.1, latency_jitter_seconds=0.02)
    pool = simulator.create_pool([SeedUser("ada")])
    client = connect(simulator, max_pool_connections=10)
    started = time.monotonic()
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda _: client.admin_get_user(UserPoolId=pool, Username="ada"), range(20)))
    assert 0.16 <= time.monotonic() - started < 1.2


def test_arrivals_are_recorded_so_that_rates_can_be_checked(start, connect, clock):
    simulator = start(clock=clock)
    pool = simulator.create_pool([SeedUser("ada")])
    client = connect(simulator)
    for _ in range(5):
        client.admin_get_user(UserPoolId=pool, Username="ada")
        clock.sleep(0.4)
    gaps = [later - earlier for earlier, later in pairwise(simulator.counters.arrivals("AdminGetUser"))]
    assert statistics.mean(gaps) == pytest.approx(0.4)
    assert simulator.counters.busiest_second("AdminGetUser") == 3
    simulator.counters.clear()
    assert simulator.counters.calls("AdminGetUser") == 0
