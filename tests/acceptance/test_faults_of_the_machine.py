"""Faults around a run: a network that is gone, a laptop that slept, a clock that jumps, a second runner."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import time

import pytest
from command import until, verified_users
from soaking.in_flight import resume_after_a_kill_with

from bulkreset.clock import SystemClock
from bulkreset.flow.carry_out import Watch, apply_run
from bulkreset.flow.plan import plan_job
from bulkreset.flow.terms import Terms
from bulkreset.simulator import Fault, FaultKind
from bulkreset.simulator.server import LOOPBACK, HttpServer

RESET = "AdminResetUserPassword"
HOUR = 3600.0
SLOW = {"share": 1.0, "UserAccountRecovery": {"rate_per_second": 30}}
SHORT = {"connect_seconds": 0.5, "read_seconds": 0.5}


def once(users):
    return {user.username: 1 for user in users}


def under_way(simulator, command, at_least=10):
    """A run that has begun to send."""
    digest = command.plan("a.run")
    runner = command.start("apply", "a.run", "--confirm", digest, "--json")
    until(lambda: simulator.counters.calls(RESET) >= at_least, "the run to be under way")
    return runner


def cut_connections(simulator):
    """Whoever wants to go on has to look up the name and connect anew."""
    server = simulator._server
    with server._open_lock:
        for connection in server._open:
            with contextlib.suppress(OSError):  # cut before, and not yet forgotten
                connection.shutdown(socket.SHUT_RDWR)


class Outage:
    """The simulator's port closes, with every connection, and opens again."""

    def __init__(self, simulator):
        self._simulator = simulator
        self._port = simulator._server.server_address[1]

    def begin(self):
        self._simulator._server.stop()

    def end(self):
        server = HttpServer(LOOPBACK, self._port, self._simulator._respond, SystemClock())
        self._simulator._server = server
        server.start()


def test_an_endpoint_that_refuses_connections_for_a_while_delays_the_run_and_nothing_else(scene):
    users = verified_users(90)
    simulator, _, command = scene(
        users, environment={"quotas": SLOW, "timeouts": SHORT}, latency_seconds=0.05
    )
    runner = under_way(simulator, command)
    outage = Outage(simulator)
    outage.begin()
    time.sleep(3.0)
    outage.end()
    ended = runner.wait()
    assert ended.code == 0, ended.err
    assert ended.status["outcomes"]["done"] == 90
    assert simulator.outbox.counts() == once(users)


@pytest.mark.early
def test_a_server_that_hangs_for_good_stops_the_run_with_exit_4_and_resume_finishes_it(scene):
    users = verified_users(60)
    simulator, _, command = scene(
        users,
        environment={"quotas": SLOW, "timeouts": SHORT, "read_back_after_seconds": 1.0},
        latency_seconds=0.05,
    )
    runner = under_way(simulator, command)
    simulator.faults.add(Fault(FaultKind.HANG))
    ended = runner.wait()
    assert ended.code == 4, ended.err
    assert "no answer" in ended.err
    assert ended.status["outcomes"]["failed"] == 0
    simulator.faults.clear()
    resumed = command("resume", "a.run", "--json")
    assert resumed.code == 0, resumed.err
    assert resumed.status["outcomes"]["done"] == 60
    assert simulator.outbox.counts() == once(users)


NO_NAMES_WHILE_THE_FILE_IS_THERE = """
import os, socket

genuine = socket.getaddrinfo

def getaddrinfo(host, *arguments, **named):
    if os.path.exists("names-are-gone") and host not in (None, ""):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    return genuine(host, *arguments, **named)

socket.getaddrinfo = getaddrinfo
"""


@pytest.fixture
def named(start, desk_at, command_in):
    """A scene whose endpoint has a name, and the file that takes all names away."""
    users = verified_users(60)
    simulator = start(users, latency_seconds=0.05)
    desk = desk_at(simulator)
    endpoint_url = simulator.endpoint_url.replace("127.0.0.1", "localhost")
    desk.environment(quotas=SLOW, timeouts=SHORT, endpoint_url=endpoint_url)
    desk.job([user.username for user in users])
    (desk.folder / "sitecustomize.py").write_text(NO_NAMES_WHILE_THE_FILE_IS_THERE)
    more = {"PYTHONPATH": os.pathsep.join(filter(None, (str(desk.folder), os.environ.get("PYTHONPATH"))))}
    command = command_in(desk.folder, no_proxy="*", NO_PROXY="*", **more)
    gone = desk.folder / "names-are-gone"
    return simulator, desk, command, gone, users


@pytest.mark.early
def test_names_that_no_longer_resolve_stop_the_run_with_exit_4_and_resume_finishes_it(named):
    simulator, _, command, gone, users = named
    runner = under_way(simulator, command)
    gone.touch()
    # Again and again: a connection may be on its way just now, with a name that was still known.
    until(lambda: cut_connections(simulator) or runner.is_over, "the run to end")
    ended = runner.wait()
    assert ended.code == 4, ended.err
    assert "no answer" in ended.err
    assert "Traceback" not in ended.err
    gone.unlink()
    resumed = command("resume", "a.run", "--json")
    assert resumed.code == 0, resumed.err
    assert simulator.outbox.counts() == once(users)


@pytest.mark.early
def test_a_host_that_nobody_knows_is_told_and_leaves_no_run_file(named):
    _, desk, command, gone, _ = named
    gone.touch()
    desk.environment(endpoint_url="http://nowhere.invalid:5566", timeouts=SHORT)
    told = command("plan", "job.yaml", "--out", "a.run")
    assert told.code == 3
    assert "nowhere.invalid" in told.err
    assert "check endpoint_url" in told.err
    assert "Traceback" not in told.err
    assert not (desk.folder / "a.run").exists()


def test_a_machine_that_slept_goes_on_where_it_was(scene):
    users = verified_users(90)
    simulator, _, command = scene(
        users, environment={"quotas": SLOW, "timeouts": SHORT}, latency_seconds=0.05
    )
    runner = under_way(simulator, command)
    runner.signal(signal.SIGSTOP)
    time.sleep(3.0)
    woke_at = time.monotonic()
    runner.signal(signal.SIGCONT)
    ended = runner.wait()
    assert ended.code == 0, ended.err
    assert ended.status["outcomes"]["done"] == 90
    assert simulator.outbox.counts() == once(users)
    after = [at for at in simulator.counters.arrivals(RESET) if woke_at <= at < woke_at + 1.0]
    assert len(after) <= 30, "what was missed is not caught up at once"


class JumpingClock(SystemClock):
    """A wall clock that somebody sets back and forth by hours all the time."""

    def __init__(self):
        self._rng = random.Random(3)  # noqa: S311 - reproducible, and no secret

    def now(self):
        return super().now() + self._rng.choice([-5, -1, 0, 1, 5]) * HOUR


def test_a_wall_clock_that_jumps_by_hours_changes_nothing(start, desk_at):
    users = verified_users(60)
    simulator = start(users)
    desk = desk_at(simulator)
    desk.environment(timeouts=SHORT, read_back_after_seconds=0.5, concurrency=8, state_dir="state")
    job = desk.job([user.username for user in users], waves=[5, "rest"], between="1s")
    run = desk.folder / "a.run"
    clock = JumpingClock()
    plan_job(job, run, None, clock)
    for after_effect in (False, True):
        simulator.faults.add(
            Fault(FaultKind.DROP, operation=RESET, probability=0.3, times=8, after_effect=after_effect)
        )
    watch = Watch(lambda _status: None, lambda _notebook: None, lambda: False)
    begun = time.monotonic()
    status = apply_run(run, lambda _digest: True, watch, clock, Terms())
    assert time.monotonic() - begun < 30
    assert status["outcomes"]["done"] == 60, status
    assert simulator.outbox.counts() == once(users)


def test_a_second_runner_exits_5_and_does_not_disturb_the_first(scene):
    users = verified_users(80)
    simulator, desk, command = scene(users, environment={"quotas": SLOW}, latency_seconds=0.05)
    first = under_way(simulator, command)
    mark = desk.folder / "a.run.pause"
    mark.touch()
    digest = command("status", "a.run", "--json").status["digest"]
    for line in (("resume", "a.run"), ("apply", "a.run", "--confirm", digest)):
        second = command(*line)
        assert second.code == 5
        assert "another process is running" in second.err
    assert not first.is_over
    mark.unlink()
    ended = first.wait()
    assert ended.code == 0, ended.err
    assert simulator.outbox.counts() == once(users)
    assert simulator.counters.calls("AdminGetUser") == 0


def test_of_many_runners_that_start_at_once_one_runs(scene):
    users = verified_users(60)
    simulator, _, command = scene(users, environment={"quotas": SLOW}, latency_seconds=0.05)
    digest = command.plan("a.run")
    runners = [command.start("apply", "a.run", "--confirm", digest) for _ in range(4)]
    assert sorted(runner.wait().code for runner in runners) == [0, 5, 5, 5]
    assert simulator.outbox.counts() == once(users)


def test_thousands_of_rows_in_flight_at_a_kill_are_all_read_back(tmp_path):
    resumed = resume_after_a_kill_with(2000, tmp_path)
    assert resumed.violations == []
    assert resumed.arrived == 1000


@pytest.fixture
def no_signal_is_ignored():
    """Whoever starts the tests in the background, or by `nohup`, has the command ignore some of them."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in (signal.SIGHUP, signal.SIGQUIT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("no_signal_is_ignored")
@pytest.mark.early
def test_every_signal_that_a_runner_can_be_killed_by_leaves_a_run_that_can_be_resumed(scene):
    users = verified_users(240)
    simulator, _, command = scene(users, environment={"quotas": SLOW}, latency_seconds=0.05)
    runner = under_way(simulator, command)
    for number in (signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV):
        os.kill(runner.process.pid, number)
        runner.process.wait(10)
        sent = simulator.counters.calls(RESET)
        runner = command.start("resume", "a.run", "--json")
        until(lambda sent=sent: simulator.counters.calls(RESET) >= sent + 4, "the next runner to send")
    assert runner.wait().code == 0
    assert simulator.outbox.counts() == once(users)
