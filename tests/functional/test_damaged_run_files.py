"""Faults of the disk beneath a run file: full, gone, read-only, cut off, with a bit that flipped."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pandas as pd
import pytest
from factories import plan_row, sound_run

from bulkreset.errors import BulkresetError, InputError, Refused, Stopped
from bulkreset.ledger.check import Severity, check_run
from bulkreset.ledger.connection import open_for_writing, open_read_only
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.schema import MUTABLE_META
from bulkreset.ledger.states import RunState, StepState

ROWS = 40

RUNNER = """
import os, resource, sys
from pathlib import Path
from bulkreset.errors import BulkresetError
from bulkreset.ledger.connection import open_for_writing
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import RunState, StepState

path, ending = Path(sys.argv[1]), sys.argv[2]
with open_for_writing(path) as connection:
    journal = Journal(connection)
    journal.enter(RunState.RUNNING, 1.0, {})
    if ending.isdigit():
        most = path.stat().st_size + int(ending)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    for row in [work.row for work in RunReader(connection).backlog(0, 100, 1)]:
        change = [StepChange(row, 0, "reset-password", StepState.IN_FLIGHT, 1, error_message="x" * 3000)]
        try:
            journal.record(change, {("calls", "AdminResetUserPassword"): 1})
        except BulkresetError as error:
            print(error.exit_code, error, flush=True)
            break
        print("committed", row, flush=True)
        if ending == "killed" and row == 7:
            os._exit(9)
"""


def runner(path: Path, ending: str, *prefix: str) -> list[str]:
    """What a process says that commits one intent after the other until it ends so."""
    told = subprocess.run(
        [*prefix, sys.executable, "-c", RUNNER, str(path), ending],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in told.stderr, told.stderr
    return told.stdout.splitlines()


@pytest.fixture
def path(tmp_path):
    rows = [
        *(plan_row(number) for number in range(1, ROWS + 1)),
        plan_row(ROWS + 1, decision="skip", steps=""),
    ]
    extras = pd.DataFrame({"team": [f"team {number}" for number in range(ROWS)]})
    return sound_run(tmp_path / "run.db", rows, extras=extras)


@pytest.fixture
def begun(path):
    """A run that was stopped in the middle."""
    with open_for_writing(path) as connection:
        journal = Journal(connection)
        journal.enter(RunState.RUNNING, 1.0, {"user": "ada"})
        for state in (StepState.IN_FLIGHT, StepState.DONE):
            changes = [StepChange(row, 0, "reset-password", state, 1, 5.0) for row in range(1, ROWS // 2)]
            journal.record(changes, {("calls", "AdminResetUserPassword"): 1})
        journal.enter(RunState.STOPPED, 2.0, {"reason": "signal"})
    assert check_run(path) == ()
    return path


def unsettled(path: Path) -> list[int]:
    with closing(open_read_only(path)) as connection:
        return [work.row for work in RunReader(connection).unsettled()]


@pytest.mark.parametrize("bytes_left", [0, 5_000, 20_000, 64_000])
def test_a_disk_that_refuses_to_hold_more_stops_the_run_with_every_commit_kept(path, bytes_left):
    *committed, last = runner(path, str(bytes_left))

    assert last.startswith("4 the run file cannot be written")
    assert "bulkreset resume" in last
    assert committed == [f"committed {row}" for row in range(1, len(committed) + 1)]
    assert check_run(path) == ()
    assert unsettled(path) == list(range(1, len(committed) + 1))

    assert runner(path, "in order")[-1] == f"committed {ROWS}", "and with room again it goes on"


def test_a_disk_that_is_really_full_stops_the_run_with_every_commit_kept(path, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    script = 'mount -t tmpfs -o size=160k tmpfs "$0" && cp "$1" "$0" && shift && "$@"; cp "$0"/* "$KEEP"'
    kept = tmp_path / "kept"
    kept.mkdir()
    namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    probe = [*namespace, 'mount -t tmpfs tmpfs "$0"', str(small)]
    if not shutil.which("unshare") or subprocess.run(probe, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    told = subprocess.run(
        [
            *namespace,
            script,
            str(small),
            str(path),
            sys.executable,
            "-c",
            RUNNER,
            str(small / "run.db"),
            "full",
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "KEEP": str(kept)},
    )
    *committed, last = told.stdout.splitlines()

    assert last.startswith("4 the run file cannot be written (database or disk is full)"), told.stderr
    assert committed
    assert check_run(kept / "run.db") == ()
    assert unsettled(kept / "run.db") == list(range(1, len(committed) + 1))


def test_a_killed_runners_file_is_whole_with_its_wal(path):
    assert runner(path, "killed")[-1] == "committed 7"
    assert path.with_name("run.db-wal").stat().st_size > 0

    assert check_run(path) == ()
    assert unsettled(path) == list(range(1, 8))
    assert runner(path, "in order")[-1] == f"committed {ROWS}"
    assert not path.with_name("run.db-wal").exists()


KILLED_AT_ONCE = """
import os, sys
from pathlib import Path
from bulkreset.ledger.connection import open_for_writing
with open_for_writing(Path(sys.argv[1])):
    os.kill(os.getpid(), 9)
"""


def test_the_file_of_a_runner_that_was_killed_before_it_wrote_anything_is_not_suspected(path):
    subprocess.run([sys.executable, "-c", KILLED_AT_ONCE, str(path)], check=False)
    assert check_run(path) == ()
    path.with_name("run.db-wal").unlink()
    (finding,) = check_run(path)
    assert "run.db-wal is not beside it" in finding.detail


def test_without_its_wal_a_killed_runners_file_is_older_and_says_so(path, tmp_path):
    runner(path, "killed")
    copy = tmp_path / "copy.db"
    copy.write_bytes(path.read_bytes())

    for _ in range(2):
        (finding,) = check_run(copy)
        assert finding.severity is Severity.WARNING
        assert "copy.db-wal is not beside it" in finding.detail


def test_every_copy_taken_between_two_commits_holds_all_of_them(path, tmp_path):
    with open_for_writing(path) as connection:
        journal = Journal(connection)
        for row in range(1, 11):
            journal.record([StepChange(row, 0, "reset-password", StepState.IN_FLIGHT, 1)], {})
            journal.enter(RunState.RUNNING, float(row), {})
            if row == 5:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            copy = tmp_path / str(row) / "run.db"
            copy.parent.mkdir()
            copy.write_bytes(path.read_bytes())
            copy.with_name("run.db-wal").write_bytes(path.with_name("run.db-wal").read_bytes())

            if row != 5:  # there the -wal file is empty, as if it had been forgotten
                assert check_run(copy) == ()
            with open_for_writing(copy) as copied:
                reader = RunReader(copied)
                assert [work.row for work in reader.unsettled()] == list(range(1, row + 1))
                assert len(list(reader.events())) == row + 1
            assert check_run(copy) == ()


def skip_if_root_may_write(path: Path) -> None:
    if os.access(path, os.W_OK):
        pytest.skip("root may write anywhere")


def test_a_folder_that_cannot_be_written_stops_the_run_before_any_call(path):
    path.parent.chmod(0o500)
    try:
        skip_if_root_may_write(path.parent)
        with pytest.raises(Stopped, match="nothing was called"), open_for_writing(path):
            pass
        assert check_run(path) == ()
    finally:
        path.parent.chmod(0o700)


def test_a_file_that_cannot_be_written_stops_the_run_before_any_call(path):
    path.chmod(0o400)
    skip_if_root_may_write(path)

    with pytest.raises(Stopped, match="nothing was called"), open_for_writing(path):
        pass
    assert check_run(path) == ()


def test_a_file_system_that_is_read_only_stops_the_run_before_any_call(path, tmp_path):
    """Of root too."""
    namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && "$@"'
    if (
        not shutil.which("unshare")
        or subprocess.run(
            [*namespace, script, str(tmp_path), "true"], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("no file system can be mounted here")

    told = subprocess.run(
        [*namespace, script, str(tmp_path), sys.executable, "-c", RUNNER, str(path), "in order"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.stderr.splitlines()[-1].startswith("bulkreset.errors.Stopped: ")
    assert "nothing was called" in told.stderr
    assert told.stdout == ""
    assert check_run(path) == ()


def test_a_file_that_was_cut_off_anywhere_is_found_and_never_opened(begun):
    whole = begun.read_bytes()
    lengths = {
        *range(0, len(whole), 1511),
        *(at + step for at in range(0, len(whole), 4096) for step in (-1, 0, 1)),
    }
    for length in sorted(lengths - {-1}):
        begun.write_bytes(whole[:length])

        assert check_run(begun), length
        with pytest.raises(InputError), closing(open_read_only(begun)):
            pass
        with pytest.raises(InputError), open_for_writing(begun):
            pass
    begun.write_bytes(whole)
    assert check_run(begun) == ()


def test_a_byte_that_flipped_is_found_wherever_it_says_something(begun):
    """Times, request ids, error texts and counters of steps may say anything: nothing else holds them."""
    whole = begun.read_bytes()
    sound = said(begun)
    rng = random.Random(4711)  # noqa: S311 - any places
    places = [
        (at, rng.randrange(8)) for at in (*range(100), *(rng.randrange(len(whole)) for _ in range(500)))
    ]
    found = 0
    for at, bit in places:
        flipped = bytearray(whole)
        flipped[at] ^= 1 << bit
        begun.write_bytes(flipped)
        beside(begun)

        if check_run(begun):
            found += 1
        else:
            assert said(begun) == sound, (at, bit)
    assert found > len(places) / 4


def test_a_byte_that_flipped_ends_a_run_in_order(begun):
    """Whatever is read or written of a damaged file: it is refused or it works, and nothing else."""
    whole = begun.read_bytes()
    rng = random.Random(7)  # noqa: S311 - any places
    refused = 0
    for _ in range(150):
        flipped = bytearray(whole)
        for _ in range(20):
            flipped[rng.randrange(100, len(whole))] = rng.randrange(256)
        begun.write_bytes(flipped)
        beside(begun)
        try:
            carry_on(begun)
        except (InputError, Refused, Stopped, sqlite3.IntegrityError):
            refused += 1  # the last of these: a rule of the file refused what the damage made illegal
    assert refused > 20


def carry_on(path: Path) -> None:
    """What a runner reads and writes."""
    with open_for_writing(path) as connection:
        reader, journal = RunReader(connection), Journal(connection)
        list(reader.digested_rows())
        reader.outcomes()
        reader.meta("hold")
        list(reader.events())
        reader.unsettled()
        for work in reader.backlog(0, 5, 1):
            if work.last is None:
                journal.record([StepChange(work.row, 0, work.steps[0], StepState.IN_FLIGHT, 1)], {})
        journal.enter(RunState.STOPPED, 9.0, {})


def test_a_damaged_file_says_what_to_do_and_quotes_nobody(begun):
    at = begun.read_bytes().index(b"user-7")
    with begun.open("r+b") as file:
        file.seek(at)
        file.write(b"\xff\xfe\xfd-7")

    with open_for_writing(begun) as connection, pytest.raises(Refused, match="bulkreset check") as refused:
        list(RunReader(connection).digested_rows())

    assert "restore a copy" in str(refused.value)
    assert "-7" not in str(refused.value)


def said(path: Path) -> dict[str, object]:
    """Everything that a run file says of its plan, and of how far each step is."""
    queries = {
        "plan": "SELECT * FROM plan ORDER BY row",
        "extras": "SELECT * FROM extras ORDER BY row",
        "meta": "SELECT * FROM meta ORDER BY key",
        "events": "SELECT * FROM events ORDER BY id",
        "steps": "SELECT row, ordinal, action, state FROM steps ORDER BY row, ordinal",
    }
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        kept = {name: list(connection.execute(query)) for name, query in queries.items()}
    kept["meta"] = [(key, value) for key, value in kept["meta"] if key not in MUTABLE_META]
    return kept


def beside(path: Path) -> None:
    """Whatever an earlier look left beside the file goes."""
    for name in ("-wal", "-shm", "-journal"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + name).unlink()


@pytest.mark.parametrize("seed", range(20))
def test_any_other_file_is_no_run_file(tmp_path, seed):
    rng = random.Random(seed)  # noqa: S311 - any bytes
    path = tmp_path / "run.db"
    content = rng.randbytes(rng.randrange(1, 20_000))
    path.write_bytes(content if seed % 2 else b"SQLite format 3\0" + content)

    (finding,) = check_run(path)

    assert (finding.severity, finding.what) == (Severity.ERROR, "file")
    with pytest.raises(BulkresetError):
        open_read_only(path)


def test_another_programs_database_is_no_run_file(tmp_path):
    path = tmp_path / "run.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE plan (row INTEGER)")

    (finding,) = check_run(path)

    assert "not a run file of bulkreset" in finding.detail
    assert json.loads(json.dumps(finding.severity)) == "error"
