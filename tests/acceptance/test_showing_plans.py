"""`show` in each of its formats, on stdout and into files."""

from __future__ import annotations

import csv
import json
import os
import pty
import resource
import signal

import pytest
from plans import plan_file


@pytest.fixture
def desk(tmp_path, command_in):
    """A folder with the run file of a plan, and the command in it."""
    folder = tmp_path / "desk"
    folder.mkdir()
    plan_file(folder / "a.run", 200)
    return folder, command_in(folder)


def test_every_format_is_the_same_on_stdout_and_in_a_file(desk):
    folder, command = desk
    shown = {}
    for name in ("text", "markdown", "json", "csv", "html"):
        shown[name] = command("show", "a.run", "--format", name)
        assert (shown[name].code, shown[name].err) == (0, ""), name
        assert command("show", "a.run", "--format", name, "--out", "plan").code == 0
        assert (folder / "plan").read_text(encoding="utf-8") == shown[name].out, name
        assert (folder / "plan").stat().st_mode & 0o777 == 0o600, "others could read who is in it"
    assert shown["text"].out == command("show", "a.run").out
    assert len(json.loads(shown["json"].out)["rows"]) == 200
    assert len(list(csv.reader(shown["csv"].out.splitlines()))) == 201
    assert shown["html"].out.startswith("<!doctype html>")
    assert "://" not in shown["html"].out.replace("http://www.w3.org/2000/svg", "")


def test_a_page_is_not_poured_over_a_terminal(desk):
    _, command = desk
    here, there = pty.openpty()
    try:
        refused = command("show", "a.run", "--format", "html", stdout=there)
    finally:
        os.close(here)
        os.close(there)
    assert refused.code == 2
    assert "--out" in refused.err


def test_a_format_that_there_is_not_is_refused_with_those_that_there_are(desk):
    _, command = desk
    refused = command("show", "a.run", "--format", "pdf")
    assert refused.code == 2
    assert "write text or csv or html or json or markdown" in refused.err


def test_a_plan_is_never_written_over_its_own_run_file(desk):
    folder, command = desk
    before = (folder / "a.run").read_bytes()
    refused = command("show", "a.run", "--format", "csv", "--out", "a.run")
    assert refused.code == 2
    assert (folder / "a.run").read_bytes() == before


def test_a_page_that_does_not_fit_on_the_disk_leaves_the_old_one(desk):
    folder, command = desk
    page = folder / "plan.html"
    page.write_text("the old page", encoding="utf-8")

    def full_disk():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    full = command("show", "a.run", "--format", "html", "--out", page, preexec_fn=full_disk)
    assert full.code == 2, full.err
    assert page.read_text(encoding="utf-8") == "the old page"
    assert {path.name for path in folder.iterdir()} == {"a.run", "plan.html"}


def test_a_reader_that_stops_reading_a_plan_is_no_error(desk):
    _, command = desk
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        ended = command("show", "a.run", "--format", "csv", stdout=nobody)
    assert (ended.code, ended.err) == (0, "")
