"""Users who changed between plan and apply are named and left alone; the others go on."""

from __future__ import annotations

import pytest
from command import verified_users

from bulkreset.simulator import DEMO_POOL_ID

CHANGES = {
    "user-0001": {"status": "FORCE_CHANGE_PASSWORD"},
    "user-0002": {"enabled": False},
    "user-0003": {"email": "another@example.com"},
    "user-0004": {"email_verified": False},
    "user-0005": {"phone_number": "+15550000005", "phone_number_verified": True},
    "user-0006": {"status": "RESET_REQUIRED"},
    "user-0007": {"email": "", "email_verified": False},
}
DELETED = "user-0008"


@pytest.mark.parametrize("pool_size", [12, 1200], ids=["looked at by a scan", "looked at one by one"])
def test_a_drifted_user_is_named_and_untouched_and_the_others_go_on(scene, pool_size):
    users = verified_users(12)
    others = verified_users(pool_size - 12, prefix="other")
    simulator, desk, command = scene([*users, *others])
    desk.job([user.username for user in users])
    digest = command.plan("a.run")
    for name, changes in CHANGES.items():
        simulator.set_user(DEMO_POOL_ID, name, **changes)
    simulator.delete_user(DEMO_POOL_ID, DELETED)
    before = {name: simulator.user(DEMO_POOL_ID, name) for name in CHANGES}

    applied = command("apply", "a.run", "--confirm", digest, "--json")
    assert applied.code == 1, applied.err
    assert applied.status["outcomes"]["drifted"] == len(CHANGES) + 1
    assert applied.status["outcomes"]["done"] == 12 - len(CHANGES) - 1
    assert {name: simulator.user(DEMO_POOL_ID, name) for name in CHANGES} == before
    drifted = {*CHANGES, DELETED}
    assert simulator.outbox.counts() == {user.username: 1 for user in users if user.username not in drifted}
    for operation in ("AdminResetUserPassword", "AdminUserGlobalSignOut"):
        assert drifted.isdisjoint(simulator.counters.effects_by_user(operation))

    rows = {row["username"]: row for row in command.report("a.run")["rows"]}
    assert {name for name, row in rows.items() if row["outcome"] == "drifted"} == drifted
    assert all(rows[name]["error_code"] == "drifted" and rows[name]["attempts"] == 0 for name in drifted)
    assert "found: FORCE_CHANGE_PASSWORD, enabled" in rows["user-0001"]["error_message"]
    assert "found: CONFIRMED, disabled" in rows["user-0002"]["error_message"]
    assert "another one than when planned" in rows["user-0003"]["error_message"]
    assert "email unverified" in rows["user-0004"]["error_message"]
    assert "no longer in the pool" in rows[DELETED]["error_message"]


def test_a_user_who_only_signed_in_meanwhile_has_not_drifted(scene):
    simulator, _, command = scene(verified_users(2))
    digest = command.plan("a.run")
    simulator.set_user(DEMO_POOL_ID, "user-0001", attributes={"custom:last_login": "now"})
    assert command("apply", "a.run", "--confirm", digest).code == 0
    assert len(simulator.outbox) == 2


def test_too_much_drift_stops_the_run_until_a_person_takes_it_up(scene):
    simulator, desk, command = scene(verified_users(12))
    desk.job([user.username for user in verified_users(12)], max_drift=3, waves=[4, "rest"])
    digest = command.plan("a.run")
    for number in range(4):
        simulator.set_user(DEMO_POOL_ID, f"user-{number:04d}", enabled=False)

    stopped = command("apply", "a.run", "--confirm", digest)
    assert stopped.code == 4, stopped.err
    assert "4 rows drifted and max_drift is 3" in stopped.err
    assert "plan again" in stopped.err
    assert len(simulator.outbox) == 0
    assert command("resume", "a.run").code == 1
    assert len(simulator.outbox) == 8
