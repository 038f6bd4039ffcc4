"""The HTML page of a run, as a browser shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import first_paint
from runs import report_of, run_file
from test_plan_page import HOSTILE, LUMINANCE

SLOWEST_PAINT_MS = 2_000


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    """The page of a run of 2,000 rows, some of them with hostile names."""
    folder = tmp_path_factory.mktemp("run")
    return report_of(run_file(folder / "small.run", 2_000, HOSTILE, reason=HOSTILE[2]))


def test_the_page_paints_at_once_and_asks_for_nothing(visit, page):
    opened = visit(page).ready()
    assert first_paint(opened) < SLOWEST_PAINT_MS
    opened.search("ada")
    opened.page.click("#sizer .row")
    opened.page.keyboard.press("Escape")
    assert opened.said == []
    assert opened.asked == [opened.url]


def test_the_picture_counts_every_row(visit, page):
    opened = visit(page).ready()
    tiles = {
        tile.get_attribute("data-chip"): tile.query_selector(".number").inner_text().split()[0]
        for tile in opened.page.query_selector_all(".tile")
    }
    tiles = {outcome: int(amount.replace(",", "")) for outcome, amount in tiles.items()}
    assert sum(tiles.values()) == 2_000
    assert tiles["done"] > 1_500
    assert tiles["blocked"] == 80
    assert tiles["not-attempted"] == 88


def test_rows_are_found_by_outcome_by_code_and_by_user(visit, page):
    opened = visit(page).ready()
    for outcome in ("done", "failed", "not-attempted"):
        amount = opened.page.inner_text(f".tile[data-chip={outcome}] .number").split()[0]
        opened.page.click(f"button[data-chip={outcome}]")
        assert opened.tally == f"{amount} of 2,000 rows"
        opened.page.click("button[type=reset]")
    opened.page.click(".reasons a[data-choice=user-limit]")
    assert opened.page.input_value("#reason") == "user-limit"
    amount = opened.page.inner_text(".reasons a[data-choice=user-limit] .amount")
    assert opened.tally == f"{amount} of 2,000 rows"
    opened.page.click("button[type=reset]")
    opened.search("BIRCH.12@")
    assert opened.identifiers() == ["mara.birch.12@example.com"]


def test_every_slow_down_is_marked_and_explained(visit, page):
    opened = visit(page).ready()
    reasons = opened.page.inner_text(".held")
    for told in ("TooManyRequestsException", "window opens at 06:00", "another share", "ordered a stop"):
        assert told in reasons
    signs = {sign.inner_text() for sign in opened.page.query_selector_all(".held .sign")}
    assert signs == {"A", "B", "C", "D"}
    flags = [flag.text_content() for flag in opened.page.query_selector_all(".flag text")]
    assert set(flags) == signs
    assert "16 h" in opened.page.inner_text("#pace .legend")


def test_a_row_that_failed_tells_why(visit, page):
    opened = visit(page).ready()
    opened.page.click(".reasons a[data-choice=user-limit]")
    opened.page.click("#sizer .row")
    told = opened.page.inner_text("dialog")
    for part in ("Attempt limit exceeded", "reset-password", "Request ids", "Failed"):
        assert part in told


def test_exposure_and_audit_say_what_is_known(visit, page):
    text = visit(page).ready().page.inner_text("main")
    for part in (
        "1 hour after the last sign-out",
        "users may keep their sessions",
        "The chain of events is whole",
        "ada@desk-7 confirmed it",
        "Where the outcome differs from the plan",
    ):
        assert part in text


def test_hostile_names_are_text_and_nothing_else(visit, page):
    opened = visit(page).ready()
    shown = opened.identifiers()[:8]
    assert shown[:4] == [HOSTILE[number] for number in range(1, 5)]
    assert shown[4] == "moc.elpmaxe@⟨U+202E⟩ada"
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.query_selector("img") is None
    assert HOSTILE[2] in opened.page.inner_text(".facts")
    assert opened.said == []


TEXTS = [
    "h1", ".lead", ".facts dt", ".badge", ".tile .small", ".flow-label .muted", ".todo", ".legend",
    ".sign-slowed", ".held .small", ".sheet thead th", ".deeds .muted", "#tally", ".grid .row .username",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_light_and_in_dark(visit, page, scheme):
    opened = visit(page, color_scheme=scheme).ready()
    contrasts = dict(opened.page.evaluate(LUMINANCE, TEXTS))
    assert {text: ratio for text, ratio in contrasts.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("width", [320, 768, 1920])
def test_nothing_sticks_out_at_any_width(visit, page, width):
    opened = visit(page, viewport={"width": width, "height": 800}).ready()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_shows_the_rows_that_the_filters_leave(visit, page):
    opened = visit(page, color_scheme="dark").ready()
    opened.page.click("button[data-chip=failed]")
    opened.page.emulate_media(media="print")
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not opened.page.is_visible("#grid")
    amount = int(opened.tally.split()[0])
    assert len(opened.page.query_selector_all("#paper tr")) == amount > 0


def test_without_javascript_all_but_the_rows_can_be_read(visit, page):
    opened = visit(page, java_script_enabled=False)
    assert "Residual exposure" in opened.page.inner_text("main")
    assert "The rows need JavaScript" in opened.page.inner_text("#rows")
