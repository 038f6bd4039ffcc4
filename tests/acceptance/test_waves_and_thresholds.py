"""Waves, failure thresholds, windows and deadlines: a run goes no further than its job allows."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from command import until, verified_users

from bulkreset.simulator import Fault, FaultKind

RESET = "AdminResetUserPassword"


def reset_users(simulator):
    return sorted(simulator.counters.effects_by_user(RESET))


def names(users):
    return [user.username for user in users]


def test_waves_go_one_after_the_other_with_a_pause_between(scene):
    users = verified_users(60)
    simulator, _, command = scene(
        users, job={"waves": [5, "20%", "rest"], "between": "2s", "policy": {"sign_out": "none"}}
    )
    ended = command.plan_and_apply("a.run")
    assert ended.code == 0, ended.err
    at = simulator.counters.arrivals(RESET)
    assert at[5] - at[4] >= 2.0
    assert at[17] - at[16] >= 2.0
    assert at[4] - at[0] < 2.0
    events = [event["event"] for event in command.report("a.run")["events"]]
    assert events.count("wave-over") == events.count("wave-began") == 2


def test_a_wave_that_asks_for_a_confirmation_stops_the_run_until_somebody_gives_it(scene):
    users = verified_users(40)
    simulator, _, command = scene(users, job={"waves": [3, "rest"], "between": "confirm"})
    stopped = command.plan_and_apply("a.run")
    assert stopped.code == 4
    assert "wave 1 of 2 is over" in stopped.err
    assert "bulkreset resume" in stopped.err
    assert reset_users(simulator) == names(users)[:3]

    # Cron does not go on by itself, and says so.
    by_cron = command("run", "job.yaml", "--out", "a.run", "--yes", "--resume-latest")
    assert by_cron.code == 4
    assert "waits for a person: wave 1 of 2 is over" in by_cron.err
    quietly = command("run", "job.yaml", "--out", "a.run", "--yes", "--resume-latest", "--quiet")
    assert (quietly.code, quietly.out, quietly.err) == (4, "", ""), "it was told when the wave ended"
    assert reset_users(simulator) == names(users)[:3]
    told = command("status", "a.run").out
    assert "wave 1 of 2, 3 rows: done 3" in told
    assert "waits for a person: wave 1 of 2 is over" in told

    resumed = command("resume", "a.run", "--json")
    assert resumed.code == 0, resumed.err
    assert resumed.status["outcomes"]["done"] == 40
    began = [event for event in command.report("a.run")["events"] if event["event"] == "wave-began"]
    assert [event["wave"] for event in began] == [2]


def test_continue_lets_cron_go_on_after_a_wave(scene):
    users = verified_users(20)
    _, _, command = scene(users, job={"waves": [3, "rest"], "between": "confirm"})
    assert command.plan_and_apply("a.run").code == 4
    assert command("continue", "a.run").code == 0
    by_cron = command("run", "job.yaml", "--out", "a.run", "--yes", "--resume-latest", "--json")
    assert by_cron.code == 0, by_cron.err
    assert by_cron.status["outcomes"]["done"] == 20


def test_inside_a_wave_the_lowest_priority_goes_first(scene):
    users = verified_users(12)
    # One call at a time: of several under way, any may arrive first.
    simulator, desk, command = scene(users, environment={"concurrency": 1})
    manifest = desk.folder / "ordered.csv"
    rows = [f"{user.username},{12 - number}" for number, user in enumerate(users)]
    manifest.write_text("\n".join(["username,priority", *rows]) + "\n")
    desk.job(manifest, waves=[6, "rest"], policy={"sign_out": "none"})
    assert command.plan_and_apply("a.run").code == 0
    order = [message.username for message in simulator.outbox.messages]
    assert order == [*names(users)[5::-1], *names(users)[:5:-1]]
    assert "priority" in command.report("a.run")["rows"][0]["manifest"]


@pytest.mark.parametrize(("failing", "stops"), [(2, False), (3, True)])
def test_five_percent_with_a_minimum_of_fifty_stops_at_the_fiftieth_row_with_three_failures(
    scene, failing, stops
):
    users = verified_users(100)
    simulator, _, command = scene(
        users,
        job={"max_failed": {"fraction": 0.05, "minimum": 50}, "policy": {"sign_out": "none"}},
        environment={"concurrency": 1},
    )
    for user in users[:failing]:
        simulator.faults.add(Fault(FaultKind.REFUSE, operation=RESET, usernames=frozenset({user.username})))
    ended = command.plan_and_apply("a.run")
    outcomes = ended.status["outcomes"]
    assert outcomes["failed"] == failing
    if not stops:
        assert ended.code == 1
        assert outcomes["done"] == 98
        return
    assert ended.code == 4
    assert "too many rows failed" in ended.err
    assert outcomes["done"] + outcomes["failed"] == 50

    by_cron = command("run", "job.yaml", "--out", "a.run", "--yes", "--resume-latest")
    assert by_cron.code == 4
    assert "waits for a person" in by_cron.err
    resumed = command("resume", "a.run", "--json")
    assert resumed.code == 1
    assert resumed.status["outcomes"]["done"] == 97


def test_the_first_error_stops_nothing(scene):
    users = verified_users(80)
    simulator, _, command = scene(users)
    simulator.faults.add(Fault(FaultKind.REFUSE, operation=RESET, times=1))
    ended = command.plan_and_apply("a.run")
    assert ended.code == 1
    assert ended.status["outcomes"]["done"] == 79


def test_a_count_of_failures_is_never_overshot_by_more_than_a_batch(scene):
    users = verified_users(200)
    simulator, _, command = scene(
        users,
        job={"max_failed": {"count": 4, "strict": True}},
        environment={"concurrency": 32},
        latency_seconds=0.05,
    )
    simulator.faults.add(Fault(FaultKind.REFUSE, operation=RESET))
    ended = command.plan_and_apply("a.run")
    assert ended.code == 4
    assert ended.status["outcomes"]["failed"] == 5, "the fifth is one too many, and no more are begun"


def a_window(opens_in: timedelta, lasts: timedelta):
    begin = datetime.now(UTC) + opens_in
    return {"from": f"{begin:%H:%M}", "to": f"{begin + lasts:%H:%M}", "timezone": "UTC"}


def test_outside_its_window_a_run_stops_with_exit_4_and_calls_nobody(scene):
    users = verified_users(5)
    simulator, _, command = scene(users, job={"window": a_window(timedelta(hours=3), timedelta(hours=2))})
    ended = command.plan_and_apply("a.run")
    assert ended.code == 4
    assert "window is closed until" in ended.err
    assert simulator.counters.calls(RESET) == 0
    quiet = command("resume", "a.run", "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (4, "", "")


def test_inside_its_window_a_run_runs(scene):
    users = verified_users(5)
    _, _, command = scene(users, job={"window": a_window(timedelta(hours=-1), timedelta(hours=3))})
    assert command.plan_and_apply("a.run").code == 0


def test_with_wait_a_run_waits_for_its_window(scene):
    users = verified_users(5)
    simulator, _, command = scene(users, job={"window": a_window(timedelta(hours=3), timedelta(hours=2))})
    digest = command.plan("a.run")
    running = command.start("apply", "a.run", "--confirm", digest, "--wait")
    until(lambda: command("status", "a.run", "--json").status["state"] == "paused", "the run to wait")
    assert simulator.counters.calls(RESET) == 0
    assert command("stop", "a.run").code == 0
    assert running.wait().code == 4


def test_after_its_deadline_a_run_calls_nobody(scene):
    users = verified_users(5)
    past = (datetime.now(UTC) - timedelta(minutes=5)).isoformat(timespec="seconds")
    simulator, _, command = scene(users, job={"deadline": past})
    ended = command.plan_and_apply("a.run")
    assert ended.code == 4
    assert "bulkreset retry" in ended.err
    assert simulator.counters.calls(RESET) == 0


def test_a_deadline_ends_a_run_that_is_under_way(scene):
    users = verified_users(300)
    soon = (datetime.now(UTC) + timedelta(seconds=8)).isoformat(timespec="seconds")
    simulator, _, command = scene(
        users, job={"deadline": soon}, environment={"quotas": {"share": 1.0}}, latency_seconds=0.05
    )
    before = time.monotonic()
    ended = command.plan_and_apply("a.run")
    assert ended.code == 4
    assert time.monotonic() - before < 15
    assert 0 < simulator.counters.calls(RESET) < 300
    assert ended.status["outcomes"]["unknown"] == 0
