"""Where output cannot go: full disks, odd places, readers that stop reading."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest
from command import verified_users

from bulkreset.simulator import DEMO_POOL_ID, Fault, FaultKind

RESET = "AdminResetUserPassword"


def at_most(size):
    """Lets a process write files up to a size only: the way a full disk looks to it."""

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def listing(folder):
    """The files of a folder, but for those that SQLite keeps beside a run file."""
    return sorted(path for path in folder.iterdir() if not path.name.startswith("a.run-"))


@pytest.fixture
def nobody():
    """A pipe that nobody reads."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        yield pipe


@pytest.fixture
def done(scene):
    """A run of 400 rows, carried out but for two users."""
    users = verified_users(2)
    simulator, desk, command = scene(users)
    with (desk.folder / "users.csv").open("a", encoding="utf-8") as manifest:
        manifest.writelines(f"ghost-{number:04d}{'x' * 80}\n" for number in range(400))
    assert command.plan_and_apply("a.run").code == 1
    return simulator, desk, command


def test_a_report_that_cannot_be_written_in_full_leaves_the_old_one(done):
    _, desk, command = done
    report = desk.folder / "report.csv"
    report.write_text("the old report", encoding="utf-8")
    before = listing(desk.folder)
    for name, size in {
        "csv": 50_000,
        "html": 20_000,
        "json": 50_000,
        "junit": 20_000,
        "parquet": 2_000,
        "xlsx": 50_000,
    }.items():
        full = command("report", "a.run", "--format", name, "--out", report, preexec_fn=at_most(size))
        assert full.code == 2, full.err
        assert "report.csv cannot be written" in full.err
        assert report.read_text(encoding="utf-8") == "the old report"
        assert listing(desk.folder) == before


@pytest.mark.parametrize("out", ["missing/report.csv", ".", "a.run", "users.csv/report.csv"])
def test_a_report_to_a_place_where_none_can_be_is_refused(done, out):
    _, desk, command = done
    run = (desk.folder / "a.run").read_bytes()
    before = listing(desk.folder)
    refused = command("report", "a.run", "--out", out)
    assert refused.code == 2, refused.err
    assert "Traceback" not in refused.err
    assert listing(desk.folder) == before
    assert (desk.folder / "a.run").read_bytes() == run


def test_a_report_to_a_pipe_is_written_into_it_and_does_not_replace_it(done):
    """As with `--out /dev/stdout`: what is no plain file stays what it is."""
    _, desk, command = done
    pipe = desk.folder / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        written = command("report", "a.run", "--out", pipe)
        assert pipe.is_fifo(), "the pipe was replaced"
        assert written.code == 0, written.err
        assert os.read(reading, 1_000_000).count(b"\r\n") == 403
    finally:
        os.close(reading)


def test_a_disk_that_is_full_stops_the_run_and_loses_nothing(scene):
    users = verified_users(300)
    simulator, desk, command = scene(users)
    digest = command.plan("a.run")
    room = (desk.folder / "a.run").stat().st_size + 60_000
    full = command("apply", "a.run", "--confirm", digest, preexec_fn=at_most(room))
    assert full.code == 4, full.err
    assert "the run file cannot be written" in full.err
    assert "next: bulkreset resume a.run" in full.out
    assert "Traceback" not in full.err
    assert 0 < simulator.counters.effects(RESET) < 300
    resumed = command("resume", "a.run", "--json")
    assert resumed.code == 0, resumed.err
    assert resumed.status["outcomes"]["done"] == 300
    assert simulator.outbox.counts() == {user.username: 1 for user in users}


def test_a_disk_that_is_full_leaves_no_half_of_a_plan(scene):
    _, desk, command = scene(verified_users(300))
    before = listing(desk.folder)
    full = command("plan", "job.yaml", "--out", "a.run", preexec_fn=at_most(20_000))
    assert full.code == 2, full.err
    assert "Traceback" not in full.err
    assert listing(desk.folder) == before


READERS = pytest.mark.parametrize(
    "line", [("show", "a.run"), ("status", "a.run"), ("status", "a.run", "--json"), ("--help",)], ids=" ".join
)


@READERS
def test_a_reader_that_stops_reading_is_no_error(done, nobody, line):
    _, _, command = done
    ended = command(*line, stdout=nobody)
    assert ended.err == ""
    assert ended.code == 0


def test_a_reader_that_stops_reading_does_not_hide_how_a_run_ended(scene, nobody):
    simulator, _, command = scene(verified_users(3))
    digest = command.plan("a.run")
    simulator.faults.add(Fault(FaultKind.REFUSE, operation=RESET, usernames=frozenset({"user-0001"})))
    applied = command("apply", "a.run", "--confirm", digest, "--json", stdout=nobody)
    assert "Traceback" not in applied.err
    assert command("status", "a.run", "--json").status["outcomes"]["failed"] == 1
    assert applied.code == 1


def test_a_stopped_run_exits_4_also_where_nobody_reads_its_output(scene, nobody):
    simulator, _, command = scene(verified_users(3))
    digest = command.plan("a.run")
    simulator.faults.add(Fault(FaultKind.EMAIL_LIMIT, operation=RESET))
    applied = command("apply", "a.run", "--confirm", digest, "--json", stdout=nobody)
    assert simulator.user(DEMO_POOL_ID, "user-0000").status == "CONFIRMED"
    assert applied.code == 4


ALL_READERS = pytest.mark.parametrize(
    "line",
    [("status", "a.run", "--json"), ("show", "a.run"), ("audit", "a.run"), ("watch", "a.run"), ("runs",)],
    ids=" ".join,
)


@ALL_READERS
def test_a_command_whose_stdout_is_closed_ends_without_a_traceback(done, line):
    _, _, command = done
    ended = command(*line, preexec_fn=lambda: os.close(1))
    assert "Traceback" not in ended.err
    assert ended.code == command(*line).code


@ALL_READERS
def test_a_stdout_without_room_is_told_and_is_no_bug(done, line):
    _, _, command = done
    with Path("/dev/full").open("wb") as full:
        ended = command(*line, stdout=full)
    assert ended.err.startswith("bulkreset: stdout cannot be written: No space left on device")
    assert "Traceback" not in ended.err
    assert ended.code == command(*line).code


def test_a_stdout_without_room_does_not_hide_how_a_run_ended(scene):
    _, _, command = scene(verified_users(3))
    digest = command.plan("a.run")
    with Path("/dev/full").open("wb") as full:
        applied = command("apply", "a.run", "--confirm", digest, "--json", stdout=full)
    assert "stdout cannot be written" in applied.err
    assert (applied.code, command("status", "a.run", "--json").status["outcomes"]["done"]) == (0, 3)


def test_an_old_encoding_of_the_terminal_is_no_reason_to_fail(done):
    _, _, command = done
    command.environ["PYTHONIOENCODING"] = "latin-1"
    for line in (("show", "a.run"), ("status", "a.run"), ("resume", "a.run")):
        assert "Traceback" not in command(*line, stderr=subprocess.DEVNULL).out
    assert command("show", "a.run").code == 0


def test_a_finished_run_is_one_file_and_reading_it_leaves_none_beside_it(done):
    """It is the evidence to archive, and has to be readable where nothing can be written."""
    _, desk, command = done
    for line in (("status", "a.run"), ("show", "a.run"), ("report", "a.run", "--out", "report.csv")):
        assert command(*line).code == 0
    assert {path.name for path in desk.folder.glob("a.run*")} <= {"a.run", "a.run.lock"}


def test_no_progress_bar_and_no_colour_comes_where_there_is_no_terminal(done):
    _, _, command = done
    assert "\x1b" not in command.everything_said()
    forced = command("resume", "a.run", stderr=subprocess.STDOUT)
    assert "\x1b" not in forced.out
