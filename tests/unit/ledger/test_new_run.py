"""A new run file: whole or not there at all, for its owner alone, and sealed."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing

import pandas as pd
import pytest
from factories import new_run, plan_row, run_meta

from bulkreset.errors import InputError
from bulkreset.ledger.connection import open_for_writing, open_read_only
from bulkreset.ledger.create import NewRun
from bulkreset.ledger.journal import Journal
from bulkreset.ledger.read import RunReader

KILLED_PLANNER = """
import os, sys
from pathlib import Path
from bulkreset.ledger.create import NewRun
NewRun(Path(sys.argv[1])).__enter__()
os._exit(9)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.db"


def rows(count: int) -> pd.DataFrame:
    return pd.DataFrame([plan_row(number) for number in range(1, count + 1)])


def test_a_run_appears_only_when_it_is_sealed(path):
    with NewRun(path) as run:
        run.add_plan(rows(3))
        assert not path.exists()
        run.seal(run_meta(), {})
        assert path.exists()

    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("failure", [InputError("no"), KeyboardInterrupt(), RuntimeError()])
def test_whatever_goes_wrong_leaves_nothing(path, failure):
    def begin() -> None:
        with NewRun(path) as run:
            run.add_plan(rows(3))
            raise failure

    with pytest.raises(type(failure)):
        begin()

    assert list(path.parent.iterdir()) == []


def test_a_full_disk_leaves_nothing_and_says_so(path):
    def begin() -> None:
        with NewRun(path) as run:
            run._connection.execute("PRAGMA max_page_count = 20")
            run.add_plan(rows(5000))

    with pytest.raises(InputError, match=r"cannot write here: database or disk is full"):
        begin()

    assert list(path.parent.iterdir()) == []


def test_leaving_without_sealing_leaves_nothing(path):
    with NewRun(path) as run:
        run.add_plan(rows(3))

    assert list(path.parent.iterdir()) == []


def test_a_row_number_twice_leaves_nothing(path):
    with NewRun(path) as run:
        run.add_plan(rows(3))
        with pytest.raises(sqlite3.IntegrityError):
            run.add_plan(rows(1))

    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"something"])
def test_an_existing_file_is_never_written_over(path, content):
    path.write_bytes(content)

    with pytest.raises(InputError, match="exists already"):
        NewRun(path)

    assert path.read_bytes() == content


def test_a_run_that_appeared_meanwhile_is_never_written_over(path):
    with NewRun(path) as run:
        run.add_plan(rows(3))
        path.write_bytes(b"somebody else's")
        with pytest.raises(InputError, match="appeared meanwhile"):
            run.seal(run_meta(), {})

    assert path.read_bytes() == b"somebody else's"
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(InputError, match="no such folder") as refused:
        NewRun(tmp_path / "runs" / "run.db")

    assert str(tmp_path / "runs") in str(refused.value)


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_only_its_owner_may_read_it(path, umask):
    before = os.umask(umask)
    try:
        with NewRun(path) as run:
            (partial,) = path.parent.iterdir()
            assert stat.S_IMODE(partial.stat().st_mode) == 0o600
            run.add_plan(rows(3))
            run.seal(run_meta(), {})
    finally:
        os.umask(before)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_files_beside_a_running_run_are_the_owners_alone_too(path):
    new_run(path, [plan_row(1)])
    before = os.umask(0)
    try:
        with open_for_writing(path) as connection:
            connection.execute("INSERT INTO counters VALUES ('calls', 'x', 1)")
            modes = {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    finally:
        os.umask(before)

    assert modes == {0o600}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE plan SET decision = 'skip' WHERE row = 1",
        "UPDATE plan SET username = 'eve'",
        "DELETE FROM plan WHERE row = 1",
        "INSERT INTO plan SELECT 99, 1, '', '', '', 'do', '', '', '', '', '', 9, 1, '', '' FROM plan LIMIT 1",
        "INSERT OR REPLACE INTO plan SELECT * FROM plan WHERE row = 1",
    ],
)
def test_a_sealed_plan_does_not_change(path, statement):
    new_run(path, [plan_row(1), plan_row(2)])

    with (
        open_for_writing(path) as connection,
        pytest.raises(sqlite3.IntegrityError, match="the plan is sealed"),
    ):
        connection.execute(statement)


@pytest.mark.parametrize("key", ["digest", "job", "environment", "planned_at", "seal", "something new"])
def test_what_planning_kept_is_sealed_too(path, key):
    new_run(path, [plan_row(1)])

    with open_for_writing(path) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="sealed with the plan"):
            Journal(connection).keep({key: "else"})
        with pytest.raises(sqlite3.IntegrityError, match="sealed with the plan"):
            connection.execute("DELETE FROM meta WHERE key IN (?, 'digest')", (key,))
        with pytest.raises(sqlite3.IntegrityError, match="sealed with the plan"):
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, '1')", (key,))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM transitions",
        "INSERT INTO transitions VALUES ('done', 'pending')",
        "UPDATE first_states SET state = 'done'",
        "INSERT INTO mutable_meta VALUES ('digest')",
        "UPDATE waves SET last_turn = 0",
        "INSERT INTO extras VALUES (1, '[]')",
        "UPDATE meta SET key = 'digest' WHERE key = 'state'",
    ],
)
def test_the_rules_in_the_file_are_sealed(path, statement):
    new_run(path, [plan_row(1)])

    with open_for_writing(path) as connection, pytest.raises(sqlite3.IntegrityError, match="sealed"):
        connection.execute(statement)


def test_the_first_event_says_who_planned_it(path):
    with NewRun(path) as run:
        run.add_plan(rows(1))
        run.seal(run_meta(planned_at=7.5), {}, {"user": "ada"})

    with closing(open_read_only(path)) as connection:
        (event,) = RunReader(connection).events()
    assert (event.id, event.at, event.kind, event.detail) == (1, 7.5, "planned", {"user": "ada"})


def test_two_rows_never_have_the_same_turn(path):
    with pytest.raises(sqlite3.IntegrityError, match="turn"):
        new_run(path, [plan_row(1), plan_row(2, turn=1)])

    assert list(path.parent.iterdir()) == []


def test_what_a_killed_planner_left_is_cleared_away(path):
    maker = subprocess.run([sys.executable, "-c", KILLED_PLANNER, str(path)], check=False)
    assert maker.returncode == 9
    (left,) = path.parent.iterdir()
    others = [
        path.with_name(name) for name in (".run.db.partial", ".run.db.x.partial", ".other.db.1.partial")
    ]
    for other in others:
        other.touch()

    with NewRun(path) as run:
        assert not left.exists()
        run.add_plan(rows(1))
        run.seal(run_meta(), {})

    assert sorted(path.parent.iterdir()) == sorted([path, *others]), "and nothing else is touched"


def test_what_was_left_under_this_process_id_is_no_obstacle(path):
    """In a container every process may have the same id."""
    path.with_name(f".{path.name}.{os.getpid()}.partial").write_bytes(b"left over")

    new_run(path, [plan_row(1)])

    assert list(path.parent.iterdir()) == [path]


def test_two_who_make_the_same_run_at_once_leave_each_other_alone(path):
    with NewRun(path) as run:
        run.add_plan(rows(1))
        subprocess.run([sys.executable, "-c", KILLED_PLANNER, str(path)], check=False)
        run.seal(run_meta(), {})

    assert path.exists()


def test_what_somebody_else_is_making_is_left_alone(path):
    other = path.with_name(f".{path.name}.999999.partial")
    with other.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        new_run(path, [plan_row(1)])

    assert other.exists()


def test_what_was_given_is_kept(path):
    extras = pd.DataFrame({"team": ["red", ""], "note": ["a,b", '"quoted"\n☃']})
    new_run(path, [plan_row(1), plan_row(2)], extras=extras, calls={"ListUsers": 7}, reason="INC-4711 „☃“")

    with closing(open_read_only(path)) as connection:
        reader = RunReader(connection)
        assert reader.meta("reason") == "INC-4711 „☃“"
        assert reader.meta("extra_columns") == ["team", "note"]
        assert reader.meta("state") == "planned"
        assert reader.meta("nothing of that name") is None
        assert reader.counters("calls") == {"ListUsers": 7}
        assert [row.extras for row in reader.report_rows()] == [("red", "a,b"), ("", '"quoted"\n☃')]


def test_extra_columns_may_differ_from_part_to_part(path):
    with NewRun(path) as run:
        run.add_extras([1], pd.DataFrame({"team": ["red"]}))
        run.add_extras([2], pd.DataFrame({"note": ["late"], "team": ["blue"]}))
        run.add_extras([3], pd.DataFrame({"note": ["alone"]}))
        run.add_plan(rows(3))
        run.seal(run_meta(), {})

    with closing(open_read_only(path)) as connection:
        reader = RunReader(connection)
        assert reader.meta("extra_columns") == ["team", "note"]
        assert [row.extras for row in reader.report_rows()] == [("red",), ("blue", "late"), ("", "alone")]


def test_a_manifest_without_other_columns_has_no_extras(path):
    with NewRun(path) as run:
        run.add_extras([1], pd.DataFrame(index=[0]))
        run.add_plan(rows(1))
        run.seal(run_meta(), {})

    with closing(open_read_only(path)) as connection:
        assert [row.extras for row in RunReader(connection).report_rows()] == [()]
