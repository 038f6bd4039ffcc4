"""Signals: the first finishes what is in flight, the second ends at once; resume goes on either way."""

from __future__ import annotations

import signal
import time

import pytest
from command import until, verified_users

from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

RESET = "AdminResetUserPassword"
SIGNALS = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)


def everybody_once(users):
    return {user.username: 1 for user in users}


@SIGNALS
def test_one_signal_finishes_what_is_in_flight_and_exits_4(scene, number):
    users = verified_users(60)
    simulator, _, command = scene(users, environment={"concurrency": 4}, latency_seconds=0.1)
    digest = command.plan("a.run")
    running = command.start("apply", "a.run", "--confirm", digest, "--json")
    until(lambda: simulator.counters.calls(RESET) >= 10, "the run to be under way")
    running.signal(number)
    stopped = running.wait()
    assert stopped.code == 4, stopped.err
    assert "what is in flight finishes" in stopped.err
    status = stopped.status
    assert status["state"] == "stopped"
    assert status["outcomes"]["unknown"] == status["outcomes"]["failed"] == 0
    assert status["outcomes"]["not-attempted"] > 0
    # Everything that took effect was written down: nothing is to be read back.
    assert simulator.counters.effects(RESET) == simulator.counters.calls(RESET)
    resumed = command("resume", "a.run", "--json")
    assert resumed.code == 0
    assert resumed.status["outcomes"]["done"] == 60
    assert simulator.counters.calls("AdminGetUser") == 0
    assert simulator.outbox.counts() == everybody_once(users)


@SIGNALS
def test_a_second_signal_ends_at_once_and_resume_sends_no_second_message(scene, number):
    users = verified_users(4)
    simulator, _, command = scene(users)
    digest = command.plan("a.run")
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation=RESET, after_effect=True))
    running = command.start("apply", "a.run", "--confirm", digest)
    assert hanging.wait_struck(4)
    running.signal(number)
    until(lambda: "in flight finishes" in running.err, "the answer to the first signal")
    assert not running.is_over
    before = time.monotonic()
    running.signal(number)
    stopped = running.wait()
    assert time.monotonic() - before < 2.0
    assert stopped.code == 4
    assert "`bulkreset resume a.run` reads back" in stopped.err
    simulator.faults.clear()
    status = command("status", "a.run", "--json").status
    assert status["state"] == "stopped"
    assert status["outcomes"]["unknown"] == 4
    assert command("resume", "a.run").code == 0
    assert simulator.outbox.counts() == everybody_once(users)
    assert simulator.counters.calls(RESET) == 4


def test_a_signal_while_answers_are_missing_exits_4_because_the_run_can_go_on(scene):
    simulator, _, command = scene(verified_users(1), environment={"read_back_after_seconds": 60})
    digest = command.plan("a.run")
    lost = simulator.faults.add(Fault(FaultKind.DROP, operation=RESET, after_effect=True))
    running = command.start("apply", "a.run", "--confirm", digest, "--json")
    assert lost.wait_struck()
    until(
        lambda: command("status", "a.run", "--json").status["calls"].get(RESET) == 1,
        "the lost answer in the run file",
    )
    running.signal(signal.SIGTERM)
    stopped = running.wait()
    assert stopped.status["state"] == "stopped"
    assert stopped.status["outcomes"]["unknown"] == 1
    assert stopped.code == 4


def test_a_signal_at_the_start_leaves_a_run_that_can_be_resumed(scene):
    users = verified_users(5)
    simulator, _, command = scene(users)
    digest = command.plan("a.run")
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation="ListUsers"))
    running = command.start("apply", "a.run", "--confirm", digest, "--json")
    assert hanging.wait_struck()
    running.signal(signal.SIGTERM)
    until(lambda: "in flight finishes" in running.err, "the answer to the signal")
    simulator.faults.clear()
    stopped = running.wait()
    assert stopped.code == 4
    assert stopped.status["outcomes"]["not-attempted"] == 5
    assert command("resume", "a.run").code == 0
    assert simulator.outbox.counts() == everybody_once(users)


@SIGNALS
def test_a_signal_during_plan_leaves_no_file(scene, number):
    simulator, desk, command = scene(verified_users(3))
    listing = sorted(desk.folder.iterdir())
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation="ListUsers"))
    planning = command.start("plan", "job.yaml", "--out", "a.run")
    assert hanging.wait_struck()
    assert len(list(desk.folder.iterdir())) == len(listing) + 1
    planning.signal(number)
    ended = planning.wait()
    assert ended.code == 4
    assert "interrupted" in ended.err
    assert "Traceback" not in ended.err
    assert sorted(desk.folder.iterdir()) == listing
    simulator.faults.clear()
    assert command.plan("a.run")


@pytest.mark.parametrize(
    ("read", "users"), [("lookup", 24), ("scan", 2400)], ids=["by look-ups", "by a sharded scan"]
)
def test_a_signal_during_a_long_plan_does_not_wait_for_all_its_reads(scene, read, users):
    slow = {"share": 1.0, "UserList": {"rate_per_second": 2}}
    simulator, desk, command = scene(verified_users(users), job={"read": read}, environment={"quotas": slow})
    desk.job([user.username for user in verified_users(24)], read=read)
    listing = sorted(desk.folder.iterdir())
    planning = command.start("plan", "job.yaml", "--out", "a.run")
    until(lambda: simulator.counters.calls("ListUsers") >= 2, "the reads")
    planning.signal(signal.SIGTERM)
    before = time.monotonic()
    assert planning.wait().code == 4
    # Eight readers at two calls a second: each may have one call before it.
    assert time.monotonic() - before < 6.0
    assert sorted(desk.folder.iterdir()) == listing


def test_resume_can_itself_be_stopped_while_it_waits_for_read_backs(scene):
    users = verified_users(3)
    simulator, _, command = scene(users, environment={"read_back_after_seconds": 30})
    digest = command.plan("a.run")
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation=RESET, after_effect=True))
    runner = command.start("apply", "a.run", "--confirm", digest)
    assert hanging.wait_struck(3)
    runner.kill()
    simulator.faults.clear()
    resuming = command.start("resume", "a.run", "--json")
    until(lambda: "started" in resuming.err, "resume to be under way")
    resuming.signal(signal.SIGINT)
    stopped = resuming.wait()
    assert stopped.code == 4
    assert simulator.outbox.counts() == everybody_once(users)
    assert all(simulator.user(DEMO_POOL_ID, user.username).status == "RESET_REQUIRED" for user in users)
