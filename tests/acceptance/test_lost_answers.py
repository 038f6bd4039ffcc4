"""Answers that are lost, before or after the effect: every user is reset, and is told so once."""

from __future__ import annotations

import pytest
from command import verified_users

from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

USERS = 300
SHARE = 0.05
RESET = "AdminResetUserPassword"


@pytest.mark.parametrize("after_effect", [True, False], ids=["after the effect", "before the effect"])
def test_dropped_connections_and_server_errors_change_nothing_in_the_result(scene, after_effect):
    users = verified_users(USERS)
    simulator, _, command = scene(users, seed=11)
    armed = [
        simulator.faults.add(Fault(kind, probability=SHARE, after_effect=after_effect))
        for kind in (FaultKind.DROP, FaultKind.SERVER_ERROR)
    ]
    applied = command.plan_and_apply("a.run")
    assert applied.code == 0, applied.err
    assert min(one.struck for one in armed) >= USERS * SHARE
    assert applied.status["outcomes"]["done"] == USERS
    assert simulator.outbox.counts() == {user.username: 1 for user in users}
    assert all(simulator.user(DEMO_POOL_ID, user.username).status == "RESET_REQUIRED" for user in users)
    assert all(simulator.counters.effects("AdminUserGlobalSignOut", user.username) for user in users)
    report = command.report("a.run")
    assert [row["outcome"] for row in report["rows"]] == ["done"] * USERS
    assert applied.status["calls"] == simulator.counters.all_calls()
