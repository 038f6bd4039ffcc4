"""Whatever kills a runner, resume brings every user to the goal, and nobody gets a second message."""

from __future__ import annotations

import random
import time

import pytest
from command import until, verified_users

from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

RESET = "AdminResetUserPassword"
KILLS = 20
USERS = 1000


class Reaper:
    """Kills a runner at a moment drawn by chance: while it starts, reads back, or sends."""

    def __init__(self, simulator, seed):
        self._simulator = simulator
        self._rng = random.Random(seed)  # noqa: S311 - reproducible, and no secret
        self.kills = 0
        self.kinds = []

    def kill(self, running, kind):
        getattr(self, f"_{kind}")(running)
        assert not running.is_over, f"the run was over before kill number {self.kills + 1}: {running.err}"
        running.kill()
        self.kills += 1
        self.kinds.append(kind)

    def _starting(self, _running):
        time.sleep(self._rng.uniform(0.05, 0.6))

    def _reading_back(self, running):
        self._after_calls("AdminGetUser", 1, running)

    def _sending(self, running):
        self._after_calls(RESET, self._rng.randint(1, 70), running)
        time.sleep(self._rng.uniform(0.0, 0.03))

    def _after_calls(self, operation, count, running):
        wanted = self._simulator.counters.calls(operation) + count
        until(
            lambda: self._simulator.counters.calls(operation) >= wanted or running.is_over,
            f"{count} more calls of {operation}",
        )


@pytest.mark.early
def test_twenty_kills_in_a_run_of_a_thousand_users_lose_nobody_and_send_nobody_two_messages(scene):
    users = verified_users(USERS)
    rates = {"rate_per_second": 120}
    quotas = {"share": 1.0, "UserAccountRecovery": rates, "UserUpdate": {"rate_per_second": 300}}
    quotas |= {"UserList": {"rate_per_second": 300}, "UserRead": {"rate_per_second": 300}}
    simulator, _, command = scene(
        users,
        environment={"quotas": quotas, "read_back_after_seconds": 1.0},
        latency_seconds=0.04,
    )
    digest = command.plan("a.run")
    reaper = Reaper(simulator, seed=4)
    reaper.kill(command.start("apply", "a.run", "--confirm", digest), "sending")
    kinds = ["starting"] * 4 + ["reading_back"] * 4 + ["sending"] * (KILLS - 9)
    random.Random(5).shuffle(kinds)  # noqa: S311 - the same
    for kind in kinds:
        reaper.kill(command.start("resume", "a.run"), kind)
    assert reaper.kills == KILLS
    assert command("status", "a.run", "--json").status["state"] == "stopped"

    ended = command("resume", "a.run", "--json")
    assert ended.code == 0, ended.err
    assert ended.status["outcomes"]["done"] == USERS
    assert simulator.outbox.counts() == {user.username: 1 for user in users}
    assert simulator.counters.calls("AdminGetUser") >= KILLS, "the kills met nothing in flight"
    assert all(simulator.user(DEMO_POOL_ID, user.username).status == "RESET_REQUIRED" for user in users)
    assert all(simulator.counters.effects("AdminUserGlobalSignOut", user.username) for user in users)
    assert [row["outcome"] for row in command.report("a.run")["rows"]] == ["done"] * USERS


def test_a_call_that_was_under_way_when_the_runner_was_killed_is_not_made_again(scene):
    users = verified_users(3)
    simulator, _, command = scene(users)
    digest = command.plan("a.run")
    after = simulator.faults.add(Fault(FaultKind.HANG, operation=RESET, after_effect=True))
    runner = command.start("apply", "a.run", "--confirm", digest)
    assert after.wait_struck(3)
    until(lambda: len(simulator.outbox) == 3, "three messages")
    runner.kill()
    simulator.faults.clear()
    ended = command("resume", "a.run", "--json")
    assert ended.code == 0
    assert ended.status["outcomes"]["done"] == 3
    assert simulator.counters.calls(RESET) == 3
    assert simulator.counters.calls("AdminGetUser") == 3


def test_a_runner_that_is_killed_while_it_plans_leaves_no_run_file(scene):
    simulator, desk, command = scene(verified_users(3))
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation="ListUsers"))
    planning = command.start("plan", "job.yaml", "--out", "a.run")
    assert hanging.wait_struck()
    planning.kill()
    simulator.faults.clear()
    assert not (desk.folder / "a.run").exists()
    assert command.plan("a.run")


@pytest.mark.parametrize("arrives_later", [False, True])
def test_a_call_that_the_runner_did_not_outlive_is_judged_by_what_the_pool_shows(scene, arrives_later):
    users = verified_users(3)
    simulator, _, command = scene(users)
    digest = command.plan("a.run")
    on_its_way = simulator.faults.add(Fault(FaultKind.HANG, operation=RESET, times=3))
    runner = command.start("apply", "a.run", "--confirm", digest)
    assert on_its_way.wait_struck(3)
    runner.kill()
    assert all(simulator.user(DEMO_POOL_ID, user.username).status == "CONFIRMED" for user in users)
    if arrives_later:
        on_its_way.release()
    ended = command("resume", "a.run", "--json")
    assert ended.code == 0
    assert simulator.counters.calls(RESET) == (3 if arrives_later else 6)
    assert simulator.outbox.counts() == {user.username: 1 for user in users}
