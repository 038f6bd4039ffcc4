"""One cron line, again and again: it takes up what is unfinished, never twice at once, and keeps quiet."""

from __future__ import annotations

import pytest
from command import until, verified_users

from bulkreset.simulator import Fault, FaultKind

RESET = "AdminResetUserPassword"
LINE = ("run", "job.yaml", "--yes", "--resume-latest", "--quiet", "--out")


@pytest.fixture(params=["runs", "nightly.run"], ids=["a folder", "a file"])
def out(request):
    return request.param


@pytest.fixture
def nightly(scene, out):
    users = verified_users(20)
    simulator, desk, command = scene(users)
    if out == "runs":
        (desk.folder / out).mkdir()
    return simulator, desk, command


def runs(desk):
    return sorted(path.name for path in desk.folder.rglob("*.run"))


def test_a_run_that_is_done_says_nothing_and_the_next_line_begins_a_new_one(nightly, out):
    simulator, desk, command = nightly
    first = command(*LINE, out)
    assert (first.code, first.out, first.err) == (0, "", "")
    assert len(runs(desk)) == 1

    second = command(*LINE, out)
    assert (second.code, second.out, second.err) == (0, "", "")
    assert len(runs(desk)) == 2
    assert simulator.counters.calls(RESET) == 20, "everybody is reset already"


def test_a_killed_run_is_gone_on_with(nightly, out):
    simulator, desk, command = nightly
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation=RESET, first=8))
    running = command.start(*LINE, out)
    assert hanging.wait_struck(1)
    running.kill()
    simulator.faults.clear()

    ended = command(*LINE, out)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert len(runs(desk)) == 1
    assert set(simulator.outbox.counts().values()) == {1}
    assert len(simulator.outbox) == 20


def test_two_at_once_are_one(nightly, out):
    simulator, desk, command = nightly
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation="ListUsers"))
    first = command.start(*LINE, out)
    assert hanging.wait_struck(1)
    second = command(*LINE, out)
    assert (second.code, second.out, second.err) == (5, "", "")
    simulator.faults.clear()
    assert first.wait().code == 0
    assert len(runs(desk)) == 1
    assert set(simulator.outbox.counts().values()) == {1}


def test_what_is_wrong_is_told(nightly, out):
    simulator, _, command = nightly
    simulator.faults.add(Fault(FaultKind.REFUSE, operation=RESET, usernames=frozenset({"user-0003"})))
    ended = command(*LINE, out)
    assert ended.code == 1
    assert "failed 1" in ended.out


def test_a_plan_that_nobody_confirmed_is_left_alone(scene):
    _, desk, command = scene(verified_users(3))
    (desk.folder / "runs").mkdir()
    command.plan("runs/planned.run")
    assert command(*LINE, "runs").code == 0
    assert command("status", "runs/planned.run", "--json").status["state"] == "planned"
    assert len(runs(desk)) == 2


def test_a_paused_run_is_left_to_whoever_paused_it(nightly, out):
    simulator, desk, command = nightly
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation=RESET, first=5))
    running = command.start(*LINE, out)
    assert hanging.wait_struck(1)
    running.kill()
    simulator.faults.clear()
    (run,) = desk.folder.rglob("*.run")
    assert command("pause", run).code == 0

    before = simulator.counters.calls(RESET)
    left = command(*LINE, out)
    assert left.code == 4
    assert "waits for a person" in left.err
    assert simulator.counters.calls(RESET) == before

    assert command("continue", run).code == 0
    assert command(*LINE, out).code == 0


def test_the_jobs_of_one_folder_do_not_mix(scene):
    users = verified_users(10)
    simulator, desk, command = scene(users)
    (desk.folder / "runs").mkdir()
    hanging = simulator.faults.add(Fault(FaultKind.HANG, operation=RESET))
    running = command.start(*LINE, "runs")
    assert hanging.wait_struck(1)
    running.kill()
    simulator.faults.clear()
    other = (desk.folder / "job.yaml").read_text().replace("force-reset", "sign-out")
    (desk.folder / "other.yaml").write_text(other)
    ended = command("run", "other.yaml", "--yes", "--resume-latest", "--json", "--out", "runs")
    assert ended.code == 0, ended.err
    assert ended.status["goal"] == "sign-out"
    until(lambda: len(runs(desk)) == 2, "a run of its own")
