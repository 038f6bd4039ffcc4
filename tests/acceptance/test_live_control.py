"""Steering a run from a second terminal, and by files: within a second, with who and when written down."""

from __future__ import annotations

import signal
import time

import pytest
from command import until, verified_users

RESET = "AdminResetUserPassword"
REACTION_SECONDS = 1.0
USERS = 400
FEW_USERS = 120

few = pytest.mark.parametrize("under_way", [FEW_USERS], indirect=True)
"""For tests that see the run to its end."""


@pytest.fixture
def under_way(request, scene):
    """A run at 30 users a second that has begun to send."""
    users = verified_users(getattr(request, "param", USERS))
    quotas = {"share": 1.0, "UserAccountRecovery": {"rate_per_second": 30}}
    quotas |= {
        name: {"rate_per_second": 300} for name in ("UserUpdate", "UserList", "UserRead", "UserPoolRead")
    }
    simulator, desk, command = scene(
        users, environment={"quotas": quotas}, job={"policy": {"sign_out": "none"}}, latency_seconds=0.05
    )
    digest = command.plan("a.run")
    running = command.start("apply", "a.run", "--confirm", digest, "--json")
    until(lambda: simulator.counters.calls(RESET) >= 20, "the run to be under way")
    return simulator, desk, command, running


def events(command, kind=None):
    found = command.report("a.run")["events"]
    return [event for event in found if kind in (None, event["event"])]


def calls_in(simulator, seconds):
    """How many resets are called within so many seconds from now."""
    before = simulator.counters.calls(RESET)
    time.sleep(seconds)
    return simulator.counters.calls(RESET) - before


def silence_after(simulator, asked_at):
    """How long after `asked_at` the last call arrived, once none comes any more."""
    until(lambda: calls_in(simulator, 0.5) == 0, "silence")
    return simulator.counters.arrivals(RESET)[-1] - asked_at


def test_pause_takes_effect_within_a_second_and_continue_goes_on(under_way):
    simulator, _, command, running = under_way
    asked_at = time.monotonic()
    paused = command("pause", "a.run")
    assert paused.code == 0, paused.err
    # The time at which the order is there, not the start of the command that gives it, counts.
    given = events(command, "order-pause")[0]
    assert silence_after(simulator, asked_at) < REACTION_SECONDS + 1.5
    assert command("status", "a.run", "--json").status["state"] == "paused"
    assert all(given[name] for name in ("user", "host", "given_at"))
    assert not running.is_over
    in_flight = command("status", "a.run", "--json").status["outcomes"]["unknown"]
    assert in_flight == 0, "what was in flight has finished"

    assert command("continue", "a.run").code == 0
    until(lambda: calls_in(simulator, 0.3), "calls again")
    kinds = [event["event"] for event in events(command)]
    assert kinds.index("order-pause") < kinds.index("paused") < kinds.index("order-continue")


def test_the_reaction_to_an_order_is_under_a_second(under_way):
    _, _, command, _ = under_way
    for order in ("pause", "continue"):
        assert command(order, "a.run").code == 0
    for event in [*events(command, "order-pause"), *events(command, "order-continue")]:
        assert event["taken_after_seconds"] < REACTION_SECONDS


@few
def test_stop_ends_the_run_in_order_and_resume_goes_on(under_way):
    simulator, _, command, running = under_way
    stopped = command("stop", "a.run")
    assert stopped.code == 0, stopped.err
    ended = running.wait()
    assert ended.code == 4
    assert "ordered a stop" in ended.err
    assert ended.status["outcomes"]["unknown"] == 0
    assert simulator.counters.effects(RESET) == simulator.counters.calls(RESET)
    assert [event["event"] for event in events(command)][-2:] == ["order-stop", "stopped"]
    resumed = command("resume", "a.run", "--json")
    assert resumed.code == 0, resumed.err
    assert simulator.outbox.counts() == {f"user-{number:04d}": 1 for number in range(FEW_USERS)}


def test_rate_changes_the_pace_at_once(under_way):
    simulator, _, command, _ = under_way
    ordered = command("rate", "a.run", "--share", "UserAccountRecovery=0.2")
    assert ordered.code == 0, ordered.err
    assert "UserAccountRecovery: 6/s" in ordered.out
    granted = command("status", "a.run", "--json").status["rate"]["UserAccountRecovery"]["granted"]
    assert granted == 6
    assert calls_in(simulator, 2.0) <= 2 * 6 + 2
    assert command("rate", "a.run", "--share", "1.0").code == 0
    time.sleep(0.4)
    assert calls_in(simulator, 2.0) >= 2 * 30 * 0.8


def test_a_pause_file_holds_for_as_long_as_it_is_there(under_way):
    simulator, desk, command, running = under_way
    mark = desk.folder / "a.run.pause"
    mark.touch()
    marked_at = time.monotonic()
    assert silence_after(simulator, marked_at) < REACTION_SECONDS
    assert not running.is_over
    mark.unlink()
    until(lambda: calls_in(simulator, 0.2), "calls again", 3)
    assert "a.run.pause" in events(command, "paused")[0]["why"]


@few
def test_a_stop_file_ends_the_run_and_keeps_it_from_running(under_way):
    simulator, desk, command, running = under_way
    mark = desk.folder / "a.run.stop"
    mark.touch()
    marked_at = time.monotonic()
    ended = running.wait()
    assert time.monotonic() - marked_at < REACTION_SECONDS + 1
    assert ended.code == 4
    before = simulator.counters.calls(RESET)
    kept = command("resume", "a.run", "--json")
    assert kept.code == 4
    assert "a.run.stop" in kept.err
    assert simulator.counters.calls(RESET) == before
    mark.unlink()
    assert command("rate", "a.run", "--share", "1.0").code == 0
    assert command("resume", "a.run").code == 0


def test_an_order_while_nobody_runs_it_is_told_and_kept(under_way):
    _, _, command, running = under_way
    running.kill()
    told = command("pause", "a.run")
    assert told.code == 0
    assert "nobody runs" in told.out
    kept = command("run", "job.yaml", "--out", "a.run", "--yes", "--resume-latest")
    assert kept.code == 4
    assert "ordered a pause" in kept.err


@pytest.mark.parametrize("order", ["pause", "continue", "stop"])
def test_a_run_that_nobody_has_begun_takes_no_orders(scene, order):
    _, _, command = scene(verified_users(1))
    command.plan("a.run")
    refused = command(order, "a.run")
    assert refused.code == 2
    assert "nobody has begun this run" in refused.err


def test_an_order_to_a_finished_run_is_refused(scene):
    _, _, command = scene(verified_users(1))
    assert command.plan_and_apply("a.run").code == 0
    refused = command("pause", "a.run")
    assert refused.code == 2
    assert "finished" in refused.err


def test_continue_says_what_still_holds_the_run(under_way):
    _, desk, command, _ = under_way
    (desk.folder / "a.run.pause").touch()
    told = command("continue", "a.run")
    assert "a.run.pause" in told.out


def test_a_run_that_a_signal_ends_while_it_is_paused_stays_paused_for_cron(under_way):
    simulator, _, command, running = under_way
    assert command("pause", "a.run").code == 0
    running.signal(signal.SIGTERM)
    assert running.wait().code == 4
    before = simulator.counters.calls(RESET)
    kept = command("run", "job.yaml", "--out", "a.run", "--yes", "--resume-latest")
    assert kept.code == 4
    assert "paused it" in kept.err
    assert simulator.counters.calls(RESET) == before


@pytest.mark.parametrize("share", ["0", "1.5", "half", "UserUpdates=0.5"])
def test_a_rate_that_cannot_be_is_refused(scene, share):
    _, _, command = scene(verified_users(1))
    command.plan("a.run")
    refused = command("rate", "a.run", "--share", share)
    assert refused.code == 2
    assert f"--share {share}" in refused.err


@few
def test_watch_follows_a_run_to_its_end(under_way):
    _, _, command, running = under_way
    watching = command.start("watch", "a.run", "--every", "0.3")
    assert command("pause", "a.run").code == 0
    until(lambda: "paused" in watching.out, "the pause to be seen")
    assert command("continue", "a.run").code == 0
    assert running.wait().code == 0
    watched = watching.wait()
    assert watched.code == 0
    assert "finished" in watched.out.splitlines()[-1]
