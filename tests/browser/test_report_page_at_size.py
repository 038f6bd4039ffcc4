"""The page of a run of 100,000 rows: it leaves rows out, says so, and stays quick."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from pages import first_paint
from runs import report_of, run_file

from bulkreset.flow.report import write_report

ROWS, ON_THE_PAGE = 100_000, 50_000
MOST_BYTES = 3_000_000
SLOWEST_PAINT_MS = 4_000


@pytest.fixture(scope="module")
def page(made_once) -> Path:
    return made_once("big-run", lambda folder: report_of(run_file(folder / "big.run", ROWS)))


def test_the_page_stays_light_and_paints_before_it_has_its_rows(visit, page):
    assert page.stat().st_size < MOST_BYTES
    opened = visit(page).ready()
    painted = first_paint(opened)
    assert painted < SLOWEST_PAINT_MS
    assert painted < opened.page.evaluate("performance.getEntriesByName('rows-ready')[0].startTime")
    assert opened.tally == f"{ON_THE_PAGE:,} of {ON_THE_PAGE:,} rows"
    assert opened.said == []
    assert opened.asked == [opened.url]


def test_every_row_that_did_not_end_as_planned_is_on_the_page(visit, page):
    opened = visit(page).ready()
    for outcome in ("failed", "unknown", "drifted", "blocked", "invalid", "not-attempted"):
        amount = opened.page.inner_text(f".tile[data-chip={outcome}] .number").split()[0]
        opened.page.click(f"button[data-chip={outcome}]")
        assert opened.tally == f"{amount} of {ON_THE_PAGE:,} rows"
        opened.page.click("button[type=reset]")
    opened.search("ada.ash.14300@")
    assert opened.identifiers() == ["ada.ash.14300@example.com"]


def test_the_file_beside_the_page_is_the_csv_report(visit, page):
    opened = visit(page).ready()
    assert f"{ON_THE_PAGE:,} of {ROWS:,} rows" in opened.page.inner_text("#rows .warning-note")
    assert opened.page.get_attribute("#rows .warning-note a", "href") == "big.rows.csv.gz"
    write_report(page.with_suffix(".run"), "csv", page.with_suffix(".csv"))
    with gzip.open(page.with_name("big.rows.csv.gz")) as beside:
        assert beside.read() == page.with_suffix(".csv").read_bytes()
