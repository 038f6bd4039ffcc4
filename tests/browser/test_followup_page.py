"""The HTML page of a follow-up, as a browser shows it."""

from __future__ import annotations

import pytest
from followups import after, begun_row, judge_rows, page_at, told

HOSTILE = "</script><img src=x onerror=window.hacked=1>"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of a follow-up of 60 users: a third has changed it, the first has a hostile name."""
    rows = [begun_row(n, wave=1 if n <= 10 else 2, group="red" if n % 2 else HOSTILE) for n in range(60)]
    rows[0] |= {"identifier": HOSTILE}
    users = [after(n, "CONFIRMED" if n % 3 == 1 else "RESET_REQUIRED", 60) for n in range(60)]
    return page_at(tmp_path_factory.mktemp("followup"), told(judge_rows(rows, users), reason=HOSTILE))


def test_the_page_shows_finds_and_filters_who_is_left_and_asks_for_nothing(visit, page):
    opened = visit(page).ready()
    assert opened.page.inner_text("h1") == "33.3 %: 20 of 60 users have changed their password"
    assert opened.tally == "40 of 40 users who are left"
    assert opened.identifiers()[0] == HOSTILE
    opened.search("user-5")
    assert opened.tally == "8 of 40 users who are left"
    opened.search("")
    opened.page.select_option("#wave", "1")
    opened.settle()
    assert opened.tally == "7 of 40 users who are left"
    opened.page.click("#sizer .row")
    assert "RESET_REQUIRED" in opened.page.inner_text("#details-list")
    opened.page.keyboard.press("Escape")
    assert opened.page.evaluate("window.hacked") is None
    assert opened.said == []
    assert opened.asked == [opened.url]


def test_the_picture_and_the_burn_down_add_up(visit, page):
    opened = visit(page).ready()
    tiles = {
        tile.get_attribute("data-stage"): int(tile.query_selector(".number").inner_text())
        for tile in opened.page.query_selector_all(".tile")
    }
    assert tiles == {"changed": 20, "pending": 40}
    assert len(opened.page.query_selector_all(".chart .dot")) == 4
    opened.page.click("summary")
    assert opened.page.inner_text("#burn-down tbody tr:last-child").split("\t")[1:] == ["40", "33.3 %"]
    everything_named = opened.page.evaluate(
        "() => [...document.querySelectorAll('[role=img]')].every((one) => one.getAttribute('aria-label'))"
    )
    assert everything_named
