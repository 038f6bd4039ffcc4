"""The runs in a folder: how each stands, and the command that comes next."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest
from command import verified_users
from team import ADA, BOB, keys_of

from bulkreset.cli.glyphs import BLOCKS
from bulkreset.cli.runs_text import json_lines, text_lines
from bulkreset.cli.watch_waits import STOPPED_WITHOUT_A_WORD
from bulkreset.clock import SystemClock
from bulkreset.errors import InputError, Stopped
from bulkreset.flow.approve import approve_run
from bulkreset.flow.runs import runs_in
from bulkreset.ledger.connection import lock_run

NAMES = [user.username for user in verified_users(3)]


@pytest.fixture
def folder(rehearse, tmp_path):
    """A plan, a run that was stopped, and one that is finished, in the order in which they were planned."""
    night = rehearse(verified_users(3))
    folder = tmp_path / "runs of a night"
    folder.mkdir()
    finished, stopped, planned = (night.plan(NAMES, reason="INC-4711") for _ in range(3))
    night.apply(finished)
    with pytest.raises(Stopped):
        night.apply(stopped, stop_requested=lambda: True)
    for name, run in {"1.run": finished, "2": stopped, "3.run": planned}.items():
        shutil.copy(run, folder / name)
    return folder


def told(folder, now=None):
    runs, unreadable = runs_in(folder, now or 2e9)
    return list(text_lines(folder, runs, unreadable, now or 2e9, BLOCKS))


def test_each_run_is_told_with_what_comes_next_and_the_latest_is_first(folder):
    runs, unreadable = runs_in(folder, 2e9)
    assert [(run.path.name, run.state, run.done, run.to_do) for run in runs] == [
        ("3.run", "planned", 0, 3),
        ("2", "stopped", 0, 3),
        ("1.run", "finished", 3, 3),
    ]
    assert [run.next_command for run in runs] == [
        f"bulkreset show '{folder / '3.run'}'",
        f"bulkreset resume '{folder / '2'}'",
        "",
    ]
    assert {run.reason for run in runs} == {"INC-4711"}
    assert unreadable == []


def test_a_run_that_a_process_holds_is_running_only_if_it_is(folder):
    run = folder / "1.run"
    with sqlite3.connect(run) as connection:
        connection.execute("UPDATE meta SET value = '\"running\"' WHERE key = 'state'")
    connection.close()
    assert [(one.state, one.died) for one in runs_in(folder, 2e9)[0]] == [
        ("planned", False),
        ("stopped", False),
        ("stopped", True),
    ]
    assert told(folder)[-2] == f"  {STOPPED_WITHOUT_A_WORD}"
    with lock_run(run):
        running = runs_in(folder, 2e9)[0][-1]
    assert (running.state, running.died) == ("running", False)


def test_a_plan_that_others_have_to_approve_says_so_until_they_have(rehearse, monkeypatch):
    night = rehearse(verified_users(3))

    def be(person):
        for name, value in keys_of(night.simulator, person).items():
            monkeypatch.setenv(name, value)

    be(ADA)
    night.environment(approval={"required": 1})
    run = night.plan(NAMES)
    now = SystemClock().now()
    (found,), _ = runs_in(run.parent, now)
    assert (found.state, found.next_command) == ("to approve", f"bulkreset approve {run}")
    be(BOB)
    approve_run(run, lambda _reader, _approval: True, "", SystemClock())
    (found,), _ = runs_in(run.parent, now)
    assert (found.state, found.next_command) == ("approved", f"bulkreset show {run}")
    (expired,), _ = runs_in(run.parent, now + 365 * 86_400)
    assert expired.state == "to approve"


def test_what_cannot_be_read_is_named_and_hides_nothing(folder):
    (folder / "cut.run").write_bytes((folder / "1.run").read_bytes()[:5000])
    (folder / "text.run").write_text("not a run")
    (folder / "notes.txt").write_text("no run either, and not named like one")
    (folder / "sub.run").mkdir()
    runs, unreadable = runs_in(folder, 2e9)
    assert len(runs) == 3
    assert [one.path.name for one in unreadable] == ["cut.run", "text.run"]
    assert next(line for line in told(folder) if "cannot be read" in line).startswith(
        "cut.run cannot be read: "
    )
    objects = [json.loads(line) for line in json_lines(runs, unreadable)]
    assert [sorted(one) for one in objects[3:]] == [["path", "problem"]] * 2


def test_no_name_of_a_file_moves_the_cursor_or_breaks_the_table(folder):
    shutil.copy(folder / "1.run", folder / "\x1b[2J\n.run")
    (folder / "\x1b[31m.run").write_text("not a run")
    assert all(line.isprintable() for line in told(folder))


def test_each_run_is_told_with_the_beginning_of_its_digest(folder):
    (latest, *_), _ = runs_in(folder, 2e9)
    head, line, *_ = told(folder)
    assert line[head.index("digest") :].split()[0] == latest.digest[:12]


def test_ages_are_told_as_people_do(folder):
    planned_at = runs_in(folder, 2e9)[0][0].planned_at
    head, line, *_ = told(folder, planned_at + 90 * 60)
    assert line[head.index("age") :].startswith("1 h 30 min")
    _, line, *_ = told(folder, planned_at + 3 * 86_400)
    assert line[head.index("age") :].startswith("3 days")


def test_looking_leaves_no_file_behind(folder):
    before = sorted(path.name for path in folder.iterdir())
    runs_in(folder, 2e9)
    assert sorted(path.name for path in folder.iterdir()) == before


def test_an_empty_folder_says_how_to_make_a_run_and_a_missing_one_is_bad_input(tmp_path):
    assert told(tmp_path) == [f"there are no runs in {tmp_path}; `bulkreset plan JOB --out RUN` makes one"]
    with pytest.raises(InputError, match="no such folder"):
        runs_in(tmp_path / "nowhere", 2e9)
