"""The page of a run: what is written, and what stands beside it."""

from __future__ import annotations

import gzip
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from runs import BEGAN, run_file

from bulkreset.errors import InputError
from bulkreset.flow.report import reading, write_report
from bulkreset.ledger.connection import open_read_only
from bulkreset.ledger.read import RunReader
from bulkreset.reporting.advice import advice_on, code_of
from bulkreset.reporting.base import cells
from bulkreset.reporting.run_page import page as pages, rows as page_rows

EVIL = "</script><script>window.hacked=1</script>"


@pytest.fixture
def run(tmp_path):
    return run_file(tmp_path / "a.run", 600, {1: EVIL, 2: "=cmd()", 3: "x\u202ey"}, reason=EVIL)


@pytest.fixture
def few(monkeypatch):
    """Pages that hold 100 rows."""
    monkeypatch.setattr(page_rows, "MOST_ROWS", 100)
    monkeypatch.setattr(pages, "MOST_ROWS", 100)


def test_a_page_has_no_script_but_its_own(run, tmp_path):
    write_report(run, "html", tmp_path / "a.html")
    text = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert text.count("</script>") == 2
    assert "window.hacked=1</script>" not in text
    assert "\u202e" not in text
    assert not (tmp_path / "a.rows.csv.gz").exists()


def test_a_page_that_cannot_hold_every_row_has_the_csv_beside_it(run, few, tmp_path):
    write_report(run, "html", tmp_path / "a.html")
    write_report(run, "csv", tmp_path / "a.csv")
    with gzip.open(tmp_path / "a.rows.csv.gz") as beside:
        assert beside.read() == (tmp_path / "a.csv").read_bytes()
    assert 'href="a.rows.csv.gz"' in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert (tmp_path / "a.rows.csv.gz").stat().st_mode & 0o077 == 0


def test_a_page_that_fails_leaves_nothing_beside_it(run, few, tmp_path, monkeypatch):
    (tmp_path / "a.rows.csv.gz").write_text("the old one")
    monkeypatch.setattr(page_rows, "packed", lambda *_: (_ for _ in ()).throw(OSError(28, "no space")))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match="no space"):
        write_report(run, "html", tmp_path / "a.html")
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "a.rows.csv.gz").read_text() == "the old one"


def test_a_page_into_a_pipe_says_how_to_get_the_other_rows(run, few, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_text, encoding="utf-8")
        write_report(run, "html", pipe)
        text = read.result()
    assert "bulkreset report a.run --format csv" in text
    assert not list(tmp_path.glob("*.csv.gz"))


def test_every_code_of_a_run_says_what_to_do(run):
    with reading(run) as reader:
        codes = {(row.outcome, code_of(cells(row))) for row in reader.report_rows()}
    for outcome, code in codes:
        if outcome not in ("done", "skipped"):
            assert all(advice_on("force-reset", outcome, code)), (outcome, code)


def test_the_quick_walk_finds_what_the_report_finds(run):
    with reading(run) as reader:
        expected = {row.row: row for row in reader.report_rows()}
        walked = list(reader.walk())
    assert [row.row for row in walked] == list(expected)
    for row in walked:
        other = expected[row.row]
        if row == other:
            continue
        assert other.outcome == "done"
        assert row.finished_at == max(record.finished_at for record in other.records)
        assert row.attempts == len(other.records)


def test_every_call_is_in_one_slice_of_time(run):
    with closing(open_read_only(run)) as connection:
        reader = RunReader(connection)
        calls = list(reader.calls_by_time(60))
        made = sum(record.attempts for row in reader.report_rows() for record in row.records)
        days = reader.messages_by_day(["reset-password"])
    assert sum(one.calls for one in calls) == made > 0
    assert all(one.begin % 60 == 0 and one.begin >= BEGAN - 60 for one in calls)
    assert {one.medium for one in days} == {"email", "sms"}
