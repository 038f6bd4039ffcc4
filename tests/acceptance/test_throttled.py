"""Other callers use the quota too: the rate gives way, comes back, and the report says why."""

from __future__ import annotations

import pytest
from command import FAST, until, verified_users

RESET = "AdminResetUserPassword"
GRANT = 40
USERS = 500
CROWDED = 120
"""So many calls arrive before the other callers are gone."""


@pytest.mark.early
def test_a_pool_that_throttles_a_tenth_of_the_calls_loses_no_row_and_the_rate_recovers(scene):
    users = verified_users(USERS)
    simulator, _, command = scene(
        users,
        job={"policy": {"sign_out": "none"}},
        environment={"quotas": {"share": 1.0, **FAST, "UserAccountRecovery": {"rate_per_second": GRANT}}},
        seed=6,
    )
    digest = command.plan("a.run")
    simulator.quotas.set_throttled_share("UserAccountRecovery", 0.1)
    running = command.start("apply", "a.run", "--confirm", digest, "--json")
    until(lambda: simulator.counters.calls(RESET) >= CROWDED or running.is_over, "the first calls")
    simulator.quotas.set_throttled_share("UserAccountRecovery", 0.0)
    applied = running.wait()

    assert applied.code == 0, applied.err
    throttled = simulator.counters.throttled("UserAccountRecovery")
    assert applied.status["outcomes"]["done"] == USERS
    assert applied.status["throttled"] == throttled >= 4
    assert applied.status["calls"][RESET] == USERS + throttled
    assert simulator.outbox.counts() == {user.username: 1 for user in users}
    assert "TooManyRequestsException" in applied.err

    events = [
        event
        for event in command.report("a.run")["events"]
        if event["event"] in {"slowed-down", "back-at-grant"}
    ]
    first, last = events[0], events[-1]
    assert first["event"] == "slowed-down"
    assert first["category"] == "UserAccountRecovery"
    assert first["rate_per_second"] < first["granted_per_second"]
    assert "other callers use the quota" in first["reason"]
    assert last["event"] == "back-at-grant"
    arrivals = simulator.counters.arrivals(RESET)
    crowded_rate = (CROWDED - 1) / (arrivals[CROWDED - 1] - arrivals[0])
    last_rate = (GRANT - 1) / (arrivals[-1] - arrivals[-GRANT])
    assert crowded_rate < GRANT * 0.8
    assert last_rate > GRANT * 0.9
