"""Opening run files: one runner at a time, and nothing that is not a run file of this version."""

from __future__ import annotations

import fcntl
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing

import pytest
from factories import new_run, plan_row

from bulkreset.errors import InputError, RunBusy
from bulkreset.ledger.connection import is_running, lock_run, open_for_writing, open_read_only
from bulkreset.ledger.journal import Journal, StepChange
from bulkreset.ledger.read import RunReader
from bulkreset.ledger.states import StepState

AT_ONCE = 0.0

HOLD = """
import sys
from pathlib import Path
from bulkreset.ledger.connection import lock_run
with lock_run(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return new_run(tmp_path / "run.db", [plan_row(1), plan_row(2)])


def opened(path, how):
    if how == "to read":
        open_read_only(path).close()
    else:
        with open_for_writing(path):
            pass


either_way = pytest.mark.parametrize("how", ["to read", "to write"])


def test_another_process_that_holds_the_run_keeps_this_one_out(path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RunBusy, match="bulkreset watch"), lock_run(path):
            pass
        assert is_running(path)
        holder.kill()

    with lock_run(path):
        pass


def test_a_second_handle_in_this_process_is_kept_out_too(path):
    with lock_run(path), pytest.raises(RunBusy), lock_run(path, AT_ONCE):
        pass


def test_the_run_is_free_again_after_an_error(path):
    with pytest.raises(ZeroDivisionError), lock_run(path):
        raise ZeroDivisionError

    with lock_run(path):
        pass


def test_a_link_to_the_run_is_the_same_run(path, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(path)

    with lock_run(path), pytest.raises(RunBusy), lock_run(link, AT_ONCE):
        pass


def test_who_asks_whether_a_run_goes_on_disturbs_nobody(path, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(path)
    assert not is_running(path)
    assert list(tmp_path.glob("*.lock")) == [], "and leaves nothing behind"

    with lock_run(path, AT_ONCE):
        assert is_running(path)
        assert is_running(link)
    assert not is_running(path)

    with lock_run(path, AT_ONCE):
        pass


def test_who_asks_at_the_same_moment_is_no_runner(path):
    with lock_run(path, AT_ONCE):
        pass
    with path.with_name("run.db.lock").open() as probe:
        fcntl.flock(probe, fcntl.LOCK_SH)
        assert not is_running(path)
        with pytest.raises(RunBusy), lock_run(path, AT_ONCE):
            pass

        threading.Timer(0.1, lambda: fcntl.flock(probe, fcntl.LOCK_UN)).start()
        with lock_run(path):
            pass


def test_a_run_exits_with_5_when_it_is_busy():
    assert RunBusy.exit_code == 5


@either_way
def test_a_missing_file_is_refused(tmp_path, how):
    with pytest.raises(InputError, match="no such run file"):
        opened(tmp_path / "run.db", how)

    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_not_locked(tmp_path):
    with pytest.raises(InputError, match="no such run file"), lock_run(tmp_path / "run.db"):
        pass


@either_way
@pytest.mark.parametrize(
    "content",
    [b"", b"username,email\nada,ada@example.com\n", b"SQLite format 3\0", bytes(4096), b"\xff" * 5000],
)
def test_another_kind_of_file_is_refused_and_left_alone(tmp_path, content, how):
    path = tmp_path / "run.db"
    path.write_bytes(content)

    with pytest.raises(InputError, match="not a run file"):
        opened(path, how)

    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


@either_way
def test_a_folder_is_refused(tmp_path, how):
    with pytest.raises(InputError, match="bulkreset runs"):
        opened(tmp_path, how)


@either_way
def test_another_programs_database_is_refused(tmp_path, how):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE plan (row INTEGER)")

    with pytest.raises(InputError, match="not a run file of bulkreset"):
        opened(path, how)


@either_way
def test_a_run_file_of_a_newer_version_is_refused_with_both_versions(path, how):
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA user_version = 7")

    with pytest.raises(InputError, match=r"schema version 7; this bulkreset reads version 5"):
        opened(path, how)


@either_way
def test_a_run_file_that_was_cut_off_is_refused(path, how):
    whole = path.read_bytes()
    for size in (50, 100, 4096, 5000, len(whole) // 2, len(whole) - 4096, len(whole) - 1):
        path.write_bytes(whole[:size])

        with pytest.raises(InputError, match="bulkreset check"):
            opened(path, how)


@pytest.mark.parametrize("name", ["a run.db", "run?.db", "run#1.db", "100%.db", "ru'n.db", "läuft.db"])
def test_a_path_may_hold_any_character(tmp_path, name):
    path = new_run(tmp_path / name, [plan_row(1)])

    with lock_run(path), open_for_writing(path) as connection:
        assert RunReader(connection).decisions() == {"do": 1}
    with closing(open_read_only(path)) as connection:
        assert RunReader(connection).decisions() == {"do": 1}


def test_a_reader_cannot_write(path):
    with closing(open_read_only(path)) as connection, pytest.raises(sqlite3.OperationalError):
        connection.execute("INSERT INTO counters VALUES ('calls', 'x', 1)")


def test_a_reader_sees_what_is_committed_while_a_run_is_going_on(path):
    with open_for_writing(path) as writing, closing(open_read_only(path)) as connection:
        reader = RunReader(connection)
        assert reader.unsettled() == []

        Journal(writing).record([StepChange(1, 0, "reset-password", StepState.IN_FLIGHT, 1)], {})

        assert [work.row for work in reader.unsettled()] == [1]


def test_a_committed_intent_survives_a_power_cut(path):
    with open_for_writing(path) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2, "FULL"
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_run_file_is_one_file_again_when_the_run_is_over(path):
    with lock_run(path), open_for_writing(path) as connection:
        Journal(connection).record([StepChange(1, 0, "reset-password", StepState.IN_FLIGHT, 1)], {})

    assert {file.name for file in path.parent.iterdir()} <= {"run.db", "run.db.lock"}
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
