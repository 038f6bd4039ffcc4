"""A run file whose disk is full, that cannot be written, was damaged, or was left by a power cut."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager

import pytest
from command import Command, Desk, until, verified_users

from bulkreset.ledger.check import check_run
from bulkreset.ledger.connection import open_read_only
from bulkreset.simulator import NO_QUOTAS, Simulator

RESET = "AdminResetUserPassword"
CHANGING = (RESET, "AdminUserGlobalSignOut")
SLOW = {"share": 1.0, "UserAccountRecovery": {"rate_per_second": 40}}
MOMENTS = 20


def once(users):
    return {user.username: 1 for user in users}


def changing_calls(simulator):
    return sum(simulator.counters.calls(operation) for operation in CHANGING)


def steps_of(run, ordinal=0):
    """The state of a step of every row that has begun it, by username."""
    with closing(open_read_only(run)) as connection:
        found = connection.execute(
            "SELECT username, steps.state FROM steps JOIN plan ON plan.row = steps.row WHERE ordinal = ?",
            (ordinal,),
        )
        return dict(map(tuple, found))


@pytest.fixture
def disk(tmp_path, stack):
    """Mounts a file system of so many bytes, and can mount it anew as read-only."""

    def disk(size):
        place = tmp_path / "disk"
        place.mkdir()
        mount("-t", "tmpfs", "-o", f"size={size}", "none", str(place))
        stack.callback(subprocess.run, ["umount", "--lazy", str(place)], check=False)
        return place

    return disk


def mount(*arguments):
    mounter = shutil.which("mount")
    if os.geteuid() != 0 or mounter is None:
        pytest.skip("only root can mount a file system of its own")
    mounted = subprocess.run([mounter, *arguments], check=False, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")


@pytest.fixture
def scene_on(start, command_in, tmp_path):
    """A scene whose folder is on that disk. What belongs to the machine is elsewhere."""

    def scene_on(place, users, **environment):
        simulator = start(users, {"email_sender": "DEVELOPER"})
        desk = Desk(place, simulator.endpoint_url)
        desk.environment(state_dir=str(tmp_path / "state"), **environment)
        desk.job([user.username for user in users])
        return simulator, command_in(place)

    return scene_on


@pytest.mark.parametrize("room", [0, 40_000, 120_000])
def test_a_full_disk_stops_the_run_before_the_next_call_and_with_room_it_goes_on(disk, scene_on, room):
    users = verified_users(300)
    place = disk(8_000_000)
    simulator, command = scene_on(place, users)
    digest = command.plan("a.run")
    filler = place / "filler"
    fill(filler, room)
    full = command("apply", "a.run", "--confirm", digest, "--json")
    assert full.code == 4, full.err
    assert "cannot be written" in full.err
    assert "Traceback" not in full.err
    touched = simulator.counters.effects_by_user(RESET)
    assert len(touched) < 300
    if not room:
        assert not touched
    filler.unlink()
    assert touched.keys() <= steps_of(place / "a.run").keys(), "called, and the run file knows nothing of it"
    assert command("check", "a.run").code == 0
    # Where even the confirmation found no room, `resume` would be refused.
    resumed = command("apply", "a.run", "--confirm", digest, "--json")
    assert resumed.code == 0, resumed.err
    assert resumed.status["outcomes"]["done"] == 300
    assert simulator.outbox.counts() == once(users)


def fill(filler, room):
    """Leaves so many bytes."""
    free = os.statvfs(filler.parent)
    with filler.open("wb") as file:
        file.write(b"x" * max(0, free.f_bavail * free.f_frsize - room))
        file.flush()


def test_a_file_that_may_grow_no_further_stops_the_run_before_the_next_call(scene):
    users = verified_users(300)
    simulator, desk, command = scene(users)
    digest = command.plan("a.run")
    limit = (desk.folder / "a.run").stat().st_size + 50_000

    def at_most():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    full = command("apply", "a.run", "--confirm", digest, preexec_fn=at_most)
    assert full.code == 4, full.err
    touched = simulator.counters.effects_by_user(RESET)
    assert 0 < len(touched) < 300
    assert touched.keys() <= steps_of(desk.folder / "a.run").keys()
    assert command("resume", "a.run").code == 0
    assert simulator.outbox.counts() == once(users)


def test_in_a_read_only_folder_a_run_is_refused_and_can_be_read(disk, scene_on, tmp_path):
    users = verified_users(3)
    place = disk(8_000_000)
    simulator, command = scene_on(place, users)
    digest = command.plan("a.run")
    mount("-o", "remount,ro", str(place))
    for line in (("apply", "a.run", "--confirm", digest), ("resume", "a.run")):
        refused = command(*line)
        assert refused.code in {2, 4}, refused.err
        assert "a.run" in refused.err
        assert "Traceback" not in refused.err
    assert changing_calls(simulator) == 0
    for line in (("status", "a.run"), ("show", "a.run"), ("check", "a.run"), ("audit", "a.run")):
        assert command(*line).code == 0, line
    assert command("report", "a.run", "--out", tmp_path / "report.csv").code == 0
    mount("-o", "remount,rw", str(place))
    assert command("apply", "a.run", "--confirm", digest).code == 0
    assert simulator.outbox.counts() == once(users)


@contextmanager
def write_protected(path):
    """Nobody may write this file, not even root."""
    if os.geteuid() != 0:
        path.chmod(0o400)
        yield
        path.chmod(0o600)
        return
    changer = shutil.which("chattr")
    if changer is None or subprocess.run([changer, "+i", path], check=False, capture_output=True).returncode:
        pytest.skip("root can write every file of this file system")
    try:
        yield
    finally:
        subprocess.run([changer, "-i", path], check=True)


def test_a_write_protected_run_file_is_refused_before_any_call(scene):
    users = verified_users(3)
    simulator, desk, command = scene(users)
    digest = command.plan("a.run")
    with write_protected(desk.folder / "a.run"):
        refused = command("apply", "a.run", "--confirm", digest)
        assert refused.code in {2, 4}, refused.err
        assert "a.run" in refused.err
        assert "Traceback" not in refused.err
        assert changing_calls(simulator) == 0
    assert command("apply", "a.run", "--confirm", digest).code == 0
    assert simulator.outbox.counts() == once(users)


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory):
    """A run of 120 users that was killed half way, with its -wal file."""
    folder, outputs = tmp_path_factory.mktemp("desk"), tmp_path_factory.mktemp("outputs")
    users = verified_users(120)
    with Simulator(quotas=NO_QUOTAS, latency_seconds=0.05) as simulator:
        pool_id = simulator.create_pool(users, pool_id="us-east-1_Interrupted", email_sender="DEVELOPER")
        desk = Desk(folder, simulator.endpoint_url, pool_id)
        desk.environment(quotas=SLOW)
        desk.job([user.username for user in users])
        command = Command(folder, outputs)
        digest = command.plan("a.run")
        runner = command.start("apply", "a.run", "--confirm", digest)
        until(lambda: simulator.counters.calls(RESET) >= 40, "half of the calls")
        runner.kill()
        assert (folder / "a.run-wal").stat().st_size
        yield simulator, folder / "a.run", command
        command.end_all()


@pytest.fixture
def copied(interrupted, tmp_path):
    """A copy of it, of one file; nothing was counted since."""
    simulator, run, command = interrupted
    copy = tmp_path / "copy.run"
    shutil.copy(run, copy)
    shutil.copy(run.with_name("a.run-wal"), tmp_path / "copy.run-wal")
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    simulator.counters.clear()
    return simulator, copy, command


def overwrite(path, at, content):
    with path.open("r+b") as file:
        file.seek(at)
        file.write(content)


NOISE = random.Random(4).randbytes(8192)  # noqa: S311 - reproducible, and no secret

DAMAGES = {
    "empty": lambda run: os.truncate(run, 0),
    "cut in the header": lambda run: os.truncate(run, 60),
    "another header": lambda run: overwrite(run, 0, b"PK\x03\x04" + NOISE[:96]),
    "noise in the schema": lambda run: overwrite(run, 100, NOISE[:4000]),
    "a text file": lambda run: run.write_text("username\nada\n"),
    "noise from the second page on": lambda run: overwrite(
        run, 4096, NOISE * ((run.stat().st_size - 4096) // len(NOISE))
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_run_file_is_refused_with_a_clear_word_and_nobody_is_called(copied, damage):
    simulator, run, command = copied
    DAMAGES[damage](run)
    for name in ("resume", "check"):
        refused = command(name, run)
        told = refused.out + refused.err
        assert refused.code in {2, 3}, f"{name}: {refused.code}: {told}"
        assert "Traceback" not in told
        if name != "check":
            assert "bulkreset check" in told or "not a run file" in told, told
    assert changing_calls(simulator) == 0


@pytest.mark.parametrize("lost", [1, 4096, 0.5])
def test_a_run_file_that_lost_its_end_is_refused(copied, lost):
    simulator, run, command = copied
    size = run.stat().st_size
    os.truncate(run, int(size * lost) if isinstance(lost, float) else size - lost)
    refused = command("resume", run)
    assert refused.code in {2, 3}
    assert "damaged" in refused.err
    assert "bulkreset check" in refused.err
    checked = command("check", run)
    assert checked.code == 3
    assert "missing" in checked.out
    assert changing_calls(simulator) == 0


@pytest.mark.parametrize(
    ("old", "new", "is_of_the_plan"),
    [
        pytest.param(b"user-0119user-0119do", b"user-0119user-0001do", True, id="a name in the plan"),
        pytest.param(b"reset-password sign-out", b"reset-password sign-0ut", True, id="what a row is to do"),
        pytest.param(b"reset-passworddone", b"reset-passwordd0ne", False, id="the state of a step"),
        pytest.param(b'"user": "', b'"uzer": "', False, id="an event"),
    ],
)
def test_a_run_file_that_was_changed_by_hand_is_found_out(copied, old, new, is_of_the_plan):
    simulator, run, command = copied
    content = run.read_bytes()
    assert old in content
    run.write_bytes(content.replace(old, new, 1))
    checked = command("check", run)
    assert checked.code == 3, checked.out
    assert "error:" in checked.out
    if is_of_the_plan:
        refused = command("resume", run)
        assert refused.code == 3
        assert "not as it was planned" in refused.err
    assert changing_calls(simulator) == 0


def test_a_killed_run_that_lost_its_wal_file_says_so_and_mails_nobody_twice(interrupted, tmp_path):
    simulator, run, command = interrupted
    alone = tmp_path / "alone.run"
    shutil.copy(run, alone)
    checked = command("check", alone)
    assert checked.code == 3
    assert "warning" in checked.out
    assert "alone.run-wal" in checked.out
    command("resume", alone)
    assert set(simulator.outbox.counts().values()) == {1}


def test_what_a_power_cut_leaves_is_whole_and_knows_of_every_call(scene, tmp_path):
    """The runner is held for the moment of a copy: that is what the disk has at an instant."""
    rng = random.Random(5)  # noqa: S311 - reproducible, and no secret
    users = verified_users(160)
    simulator, desk, command = scene(users, environment={"quotas": SLOW}, latency_seconds=0.05)
    run = desk.folder / "a.run"
    digest = command.plan("a.run")
    runner = command.start("apply", "a.run", "--confirm", digest)
    until(lambda: simulator.counters.calls(RESET) >= 1, "the first call")
    with_some = 0
    for number in range(MOMENTS):
        time.sleep(rng.uniform(0.02, 0.3))
        assert not runner.is_over
        runner.signal(signal.SIGSTOP)
        copy = tmp_path / f"copy-{number}.run"
        before = set(simulator.counters.effects_by_user(RESET))
        shutil.copy(run, copy)
        wal = run.with_name("a.run-wal")
        shutil.copy(wal, tmp_path / f"{copy.name}-wal")
        after = set(simulator.counters.effects_by_user(RESET))
        runner.signal(signal.SIGCONT)
        with_some += bool(before)
        if rng.random() < 0.5:
            torn = tmp_path / f"{copy.name}-wal"
            os.truncate(torn, torn.stat().st_size - rng.randint(1, 2000))
            before = set()
        assert check_run(copy) == (), f"copy {number}"
        steps = steps_of(copy)
        assert {name for name, state in steps.items() if state == "done"} <= after
        assert before <= steps.keys()
    assert with_some > MOMENTS / 2
    assert runner.wait().code == 0
    assert simulator.outbox.counts() == once(users)
