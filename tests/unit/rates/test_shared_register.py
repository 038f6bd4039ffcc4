"""The register in a file: one for all processes, ignored where it makes no sense, and never fatal."""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import subprocess
import sys
import threading
import time

import pytest

from bulkreset.clock import SystemClock, VirtualClock
from bulkreset.rates import locked, shared_register
from bulkreset.rates.limiter import Grant, Limiter
from bulkreset.rates.pace import MOST_TAKERS, NEVER, SHARED_GUARD, Pace, Taker
from bulkreset.rates.shared_register import FARTHEST_SECONDS, SIZE, SharedRegister

NOW = 1000.0
TAKER = Taker(run=2**64 - 1, asked_at=NOW, slot=NOW + 0.1, rate_per_second=29.79)
PACE = Pace(NOW + 0.1, (TAKER,))

HOLD = """
import fcntl, os, sys, time
file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "UserList.pace"


def written(path, pace: Pace = PACE) -> SharedRegister:
    register = SharedRegister(path)
    register.change(NOW, lambda _: pace)
    return register


@pytest.fixture
def holder(path):
    """Another process that holds the file."""
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        yield process
        process.kill()


def test_one_register_reads_what_another_one_wrote(path):
    written(path)

    assert SharedRegister(path).look(NOW) == PACE


def test_every_run_that_can_be_remembered_is(path):
    takers = tuple(Taker(run, NOW, NOW + run, float(run)) for run in range(1, MOST_TAKERS + 1))

    written(path, Pace(NOW, takers))

    assert SharedRegister(path).look(NOW) == Pace(NOW, takers)


def test_more_runs_than_can_be_remembered_share_all_the_same(path):
    clock = VirtualClock()
    limiters = [Limiter(Grant("UserList", 10.0, 10.0), clock) for _ in range(MOST_TAKERS + 3)]
    for limiter in limiters:
        limiter.share(SharedRegister(path))

    slots = [limiter.reserve() for limiter in limiters]

    together = limiters[0].rate_per_second * (1 - SHARED_GUARD)
    assert slots == pytest.approx([number / together for number in range(len(limiters))], abs=0.01)
    assert {limiter.trouble for limiter in limiters} == {""}


def test_nothing_is_known_at_first(path):
    assert SharedRegister(path).look(NOW) == Pace(NEVER, ())


def test_only_the_owner_can_read_the_file(path):
    written(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_size == SIZE


def test_a_change_by_several_threads_and_registers_loses_none(path):
    def count(register: SharedRegister) -> None:
        for _ in range(100):
            register.change(NOW, lambda pace: Pace(max(pace.last, 0.0) + 0.25, pace.takers))

    threads = [threading.Thread(target=count, args=(SharedRegister(path),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert SharedRegister(path).look(NOW).last == 100.0


def test_what_another_boot_wrote_is_ignored(path, monkeypatch, tmp_path):
    written(path)
    other_boot = tmp_path / "boot_id"
    other_boot.write_text("00000000-0000-4000-8000-000000000001\n")
    monkeypatch.setattr(shared_register, "BOOT_ID", other_boot)

    assert SharedRegister(path).look(NOW) == Pace()


def test_a_machine_without_a_name_for_its_boot_shares_as_well(path, monkeypatch, tmp_path):
    monkeypatch.setattr(shared_register, "BOOT_ID", tmp_path / "missing")
    written(path)

    assert SharedRegister(path).look(NOW) == PACE


@pytest.mark.parametrize("size", [0, 1, 8, SIZE - 1, SIZE + 1])
def test_a_file_of_another_size_is_ignored_and_mended(path, size):
    written(path)
    path.write_bytes(path.read_bytes().ljust(SIZE + 1, b"\0")[:size])
    assert SharedRegister(path).look(NOW) == Pace()

    written(path)

    assert SharedRegister(path).look(NOW) == PACE


@pytest.mark.parametrize("place", [0, 10, 30, SIZE - 1])
def test_a_torn_record_is_ignored(path, place):
    written(path)
    content = bytearray(path.read_bytes())
    content[place] ^= 0xFF
    path.write_bytes(content)

    assert SharedRegister(path).look(NOW) == Pace()


def test_a_pace_absurdly_far_ahead_is_ignored(path):
    written(path, Pace(NOW + FARTHEST_SECONDS + 1, (TAKER,)))

    assert SharedRegister(path).look(NOW) == Pace()
    assert SharedRegister(path).look(NOW + 2) != Pace()


def test_a_limiter_keeps_its_own_pace_though_the_file_is_ignored(path):
    limiter = Limiter(Grant("UserList", 0.02, 30.0), SystemClock())
    limiter.share(SharedRegister(path))

    slots = [limiter.reserve() for _ in range(5)]

    assert slots == pytest.approx([slots[0] + 50.0 * number for number in range(5)], rel=0, abs=0.3)


def test_a_removed_file_is_made_again_for_all(path):
    first, second = written(path), written(path)
    path.unlink()

    first.change(NOW, lambda _: PACE)

    assert second.look(NOW) == PACE
    assert path.exists()
    assert first.trouble == second.trouble == ""


def test_a_removed_folder_leaves_the_run_to_itself_and_is_told(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir()
    register = written(folder / "UserList.pace")
    (folder / "UserList.pace").unlink()
    folder.rmdir()

    assert register.change(NOW, lambda _: PACE) == PACE
    assert register.look(NOW) == PACE
    assert register.trouble == (
        f"{folder / 'UserList.pace'}: No such file or directory; quotas are not shared with other runs"
    )


def test_a_full_disk_leaves_the_run_to_itself_for_good(path, monkeypatch):
    register = written(path)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "pwrite", full)
        register.change(NOW, lambda pace: Pace(pace.last + 1.0))
    register.change(NOW, lambda _: Pace(NOW + 5.0))

    assert "No space left on device" in register.trouble
    assert register.look(NOW).last == NOW + 5.0
    assert SharedRegister(path).look(NOW) == PACE


def test_a_write_that_is_cut_short_counts_as_a_full_disk(path, monkeypatch):
    register = SharedRegister(path)
    monkeypatch.setattr(os, "pwrite", lambda *_: 10)

    assert register.change(NOW, lambda _: PACE) == PACE
    assert "No space left on device" in register.trouble


def test_a_limiter_goes_on_evenly_when_its_file_cannot_be_used(tmp_path):
    limiter = Limiter(Grant("UserList", 10.0, 10.0), SystemClock())
    limiter.share(SharedRegister(tmp_path / "missing" / "UserList.pace"))

    first, second = limiter.reserve(), limiter.reserve()

    assert second - first == pytest.approx(1 / limiter.rate_per_second)
    assert "missing" in limiter.trouble


def test_a_link_in_the_place_of_the_file_is_not_followed(path, tmp_path):
    target = tmp_path / "precious"
    target.write_text("mine")
    path.symlink_to(target)

    written(path)

    assert target.read_text() == "mine"


def test_a_killed_process_lets_go_of_the_file(path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()

    assert written(path).trouble == ""


def test_a_suspended_process_does_not_hold_up_the_others_for_ever(path, holder, monkeypatch):
    monkeypatch.setattr(locked, "TRIES", 20)
    holder.send_signal(signal.SIGSTOP)

    register = written(path)

    assert register.look(NOW) == PACE
    assert "another process holds it" in register.trouble
    holder.send_signal(signal.SIGCONT)


def test_a_moment_of_another_holder_is_waited_for(path):
    register = written(path)
    file = os.open(path, os.O_RDWR)
    fcntl.flock(file, fcntl.LOCK_EX)
    threading.Timer(0.02, os.close, [file]).start()

    assert register.look(NOW) == PACE
    assert register.trouble == ""


def test_a_change_takes_a_small_part_of_a_millisecond(path):
    limiter = Limiter(Grant("UserList", 1e6, 1e6), SystemClock())
    limiter.share(SharedRegister(path))

    begin = time.perf_counter()
    for _ in range(200):
        limiter.reserve()

    assert (time.perf_counter() - begin) / 200 < 0.001
