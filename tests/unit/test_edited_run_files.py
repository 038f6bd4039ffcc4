"""A run file whose settings somebody edited is told from a bug, by every command that reads it."""

from __future__ import annotations

import json

import pytest
from edits import edited
from runs import run_file

from bulkreset.clock import SystemClock
from bulkreset.errors import Refused
from bulkreset.flow.follow import follow
from bulkreset.flow.report import reading, status_of, write_report
from bulkreset.flow.taking_up import refuse_edited


@pytest.fixture(scope="module")
def planned(tmp_path_factory):
    return run_file(tmp_path_factory.mktemp("runs") / "a.run", 40)


@pytest.fixture
def run(planned, tmp_path):
    path = tmp_path / "a.run"
    path.write_bytes(planned.read_bytes())
    return path


def put(run, key, value):
    edited(run, f"UPDATE meta SET value = '{json.dumps(value)}' WHERE key = '{key}'")  # noqa: S608 - ours


READS = {
    "status": status_of,
    "report": lambda run: write_report(run, "html", run.with_name("a.html")),
    "watch": lambda run: next(follow(run, 1.0, SystemClock())),
}


@pytest.mark.parametrize("value", [None, [], {}, {"a": 1}])
@pytest.mark.parametrize(
    ("name", "key"),
    [("status", "environment"), ("report", "environment"), ("report", "job"), ("watch", "environment")],
)
def test_settings_that_nobody_wrote_are_refused_and_not_a_bug(run, name, key, value):
    put(run, key, value)
    with pytest.raises(Refused) as refused:
        READS[name](run)
    assert f"{run} is not as it was planned; `bulkreset check" in str(refused.value)


def test_a_runner_refuses_settings_that_nobody_wrote(run):
    put(run, "environment", None)
    with reading(run) as reader, pytest.raises(Refused, match="not as it was planned"):
        refuse_edited(reader, run)


def test_a_bug_stays_a_bug_where_nobody_edited_the_file(run):
    with pytest.raises(LookupError, match="a bug"), reading(run):
        raise LookupError("a bug")
