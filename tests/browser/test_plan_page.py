"""The HTML page of a plan, as a browser shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from plans import FINDINGS, page_of, plan_file

HOSTILE = {
    1: "<script>window.hacked=1</script>",
    2: "</script><img src=x onerror=window.hacked=1>",
    3: "\"'><svg onload=window.hacked=1>",
    4: "{{ 7 * 7 }} ${7*7} <!-- ]]>",
    5: "moc.elpmaxe@\u202eada",
    6: "👩‍👩‍👧 Ömer 日本 a̐éö̲",
    7: "z\u200bero\x00width",
    8: "x" * 300,
}
"""Names that nobody should have; one each of the first rows."""


INJECTED = dict.fromkeys(("check", "title", "meaning", "advice"), "<i class=injected>told</i>") | {
    "severity": "note"
}


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    """The page of a plan for 50 users, some of them with hostile names."""
    return page_of(
        plan_file(
            tmp_path_factory.mktemp("plan") / "small.run",
            50,
            HOSTILE,
            reason=HOSTILE[2],
            findings=[*FINDINGS, INJECTED],
        )
    )


def test_the_page_says_nothing_on_the_console_and_asks_for_nothing(visit, page):
    opened = visit(page).ready()
    opened.search("ada")
    opened.page.click("#sizer .row")
    opened.page.keyboard.press("Escape")
    assert opened.said == []
    assert opened.asked == [opened.url]


def test_the_picture_counts_every_row(visit, page):
    opened = visit(page).ready()
    tiles = {
        tile.get_attribute("data-chip"): int(tile.query_selector(".number").inner_text().split()[0])
        for tile in opened.page.query_selector_all(".tile")
    }
    assert tiles == {"do": 44, "skip": 3, "block": 2, "invalid": 1}
    reasons = [int(one.inner_text()) for one in opened.page.query_selector_all(".reasons .amount")]
    assert sum(reasons) == 50
    text = opened.page.inner_text("main")
    for told in (
        "What each user will see",
        "What cannot be undone",
        "Who becomes billed",
        "Preflight",
        "Wave 4",
    ):
        assert told in text


def test_search_and_filters_leave_the_rows_that_match(visit, page):
    opened = visit(page).ready()
    assert opened.tally == "50 of 50 rows"
    opened.search("BIRCH.12@")
    assert opened.identifiers() == ["mara.birch.12@example.com"]
    opened.search("nobody is called so")
    assert opened.tally == "0 of 50 rows"
    assert "No row is like that." in opened.page.inner_text("#grid")
    opened.page.click("text=Clear")
    assert opened.tally == "50 of 50 rows"
    opened.page.click("button[data-chip=block]")
    assert opened.tally == "2 of 50 rows"
    opened.page.click("button[data-chip=invalid]")
    assert opened.tally == "3 of 50 rows"
    opened.page.select_option("#reason", "no-contact")
    assert opened.identifiers() == ["jun.pine.9@example.com", "kai.elm.36@example.com"]
    opened.page.click("text=Clear")
    opened.page.select_option("#wave", "3")
    assert opened.tally == "5 of 50 rows"


def test_a_reason_in_the_picture_leads_to_its_rows(visit, page):
    opened = visit(page).ready()
    opened.page.click(".reasons a[data-choice=verify-first]")
    assert opened.tally == "2 of 50 rows"
    assert opened.page.input_value("#reason") == "verify-first"
    opened.page.click(".tile[data-chip=skip]")
    assert opened.tally == "3 of 50 rows"


def test_everything_can_be_done_with_the_keyboard(visit, page):
    opened = visit(page).ready()
    keys = opened.page.keyboard
    keys.press("Tab")
    assert opened.page.evaluate("document.activeElement.className") == "skip-link"
    keys.press("/")
    assert opened.page.evaluate("document.activeElement.id") == "query"
    keys.type("example.com")
    opened.settle()
    seen = []
    while (here := opened.page.evaluate("document.activeElement.id")) != "grid":
        assert len(seen) < 12, seen
        seen.append(here or opened.page.evaluate("document.activeElement.dataset.chip ?? 'clear'"))
        keys.press("Tab")
    assert seen == ["query", "do", "skip", "block", "invalid", "reason", "wave", "clear"]
    keys.press("End")
    keys.press("ArrowUp")
    keys.press("Enter")
    assert opened.page.inner_text("dialog h3") == "Row 49"
    keys.press("Escape")
    assert not opened.page.is_visible("dialog")
    assert opened.page.evaluate("document.activeElement.id") == "grid"
    keys.press("Home")
    assert opened.page.inner_text("#sizer .is-active .number") == "9"


def test_a_row_tells_all_that_is_known_of_it(visit, page):
    opened = visit(page).ready()
    opened.search("mara.birch.12@")
    opened.page.click("#sizer .row")
    told = opened.page.inner_text("dialog")
    for part in ("Row 12", "mara.birch.12", "reset-password, then sign-out", "CONFIRMED, enabled"):
        assert part in told


def test_hostile_names_are_text_and_nothing_else(visit, page):
    opened = visit(page).ready()
    shown = opened.identifiers()[:8]
    assert shown[:4] == [HOSTILE[number] for number in range(1, 5)]
    assert shown[4] == "moc.elpmaxe@⟨U+202E⟩ada"
    assert shown[5] == HOSTILE[6]
    assert shown[6] == "z⟨U+200B⟩ero⟨U+0000⟩width"
    assert opened.page.evaluate("window.hacked") is None
    assert opened.page.query_selector("img, .injected") is None
    assert INJECTED["title"] in opened.page.inner_text("#preflight")
    assert HOSTILE[2] in opened.page.inner_text(".facts")
    opened.search("<script>")
    assert opened.identifiers() == [HOSTILE[1]]
    opened.page.click("#sizer .row")
    assert HOSTILE[1] in opened.page.inner_text("dialog")
    assert opened.said == []


def test_a_script_that_found_its_way_into_the_page_would_not_run(visit, page, tmp_path):
    text = page.read_text(encoding="utf-8")
    changed = tmp_path / "changed.html"
    slipped = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
    changed.write_text(text.replace('<main id="content"', f'{slipped}<main id="content"'), encoding="utf-8")
    opened = visit(changed).ready()
    assert opened.page.evaluate("window.hacked") is None
    assert any("Content Security Policy" in said for said in opened.said)


LUMINANCE = """
(selectors) => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const color = parse(getComputedStyle(one).backgroundColor);
      if (color.length < 4 || color[3] > 0) return color;
    }
    return [255, 255, 255];
  };
  return selectors.map((selector) => {
    const element = document.querySelector(selector);
    const own = parse(getComputedStyle(element).color);
    const [a, b] = [light(own), light(behind(element))].sort((x, y) => y - x);
    return [selector, (a + 0.05) / (b + 0.05)];
  });
}
"""
TEXTS = [
    "h1", ".lead", ".facts dt", ".badge", ".tile .small", ".reasons .steps", ".tracks .when", ".legend",
    ".experience .steps", ".finding .severity", "#tally", ".grid .head", ".grid .row .username", ".closing",
    ".hidden-character", ".preflight-note",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in_light_and_in_dark(visit, page, scheme):
    opened = visit(page, color_scheme=scheme).ready()
    background = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (int(background[4:].split(",")[0]) > 128) == (scheme == "light")
    contrasts = dict(opened.page.evaluate(LUMINANCE, TEXTS))
    assert {text: ratio for text, ratio in contrasts.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("width", [320, 390, 768, 1920])
def test_nothing_sticks_out_at_any_width(visit, page, width):
    opened = visit(page, viewport={"width": width, "height": 800}).ready()
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


def test_paper_shows_rows_instead_of_a_window_onto_them(visit, page):
    opened = visit(page, color_scheme="dark").ready()
    opened.page.click("button[data-chip=block]")
    opened.page.emulate_media(media="print")
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not opened.page.is_visible("#grid")
    assert not opened.page.is_visible("#filters")
    assert len(opened.page.query_selector_all("#paper tr")) == 2
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    pdf = opened.page.pdf(prefer_css_page_size=True)
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]", pdf), "not A4"


def test_without_javascript_all_but_the_rows_can_be_read(visit, page):
    opened = visit(page, java_script_enabled=False)
    assert "What cannot be undone" in opened.page.inner_text("main")
    assert "The rows need JavaScript" in opened.page.inner_text("#rows")


def test_a_table_too_long_to_lay_out_can_still_be_scrolled_to_its_end(visit, page, tmp_path):
    """Beyond some height a browser lays nothing out; the limit is made small here."""
    text = page.read_text(encoding="utf-8")
    limit = "const TALLEST = 16000000;"
    assert limit in text
    long = tmp_path / "long.html"
    long.write_text(text.replace(limit, "const TALLEST = 1500;"), encoding="utf-8")
    opened = visit(long, bypass_csp=True).ready()
    assert opened.page.evaluate("document.getElementById('sizer').offsetHeight") == 1500
    opened.page.focus("#grid")
    for key, expected in (("End", "50"), ("Home", "1"), ("PageDown", None), ("End", "50")):
        opened.page.keyboard.press(key)
        opened.settle()
        active = opened.page.query_selector("#sizer .is-active")
        assert expected is None or active.query_selector(".number").inner_text() == expected
        frame, row = opened.page.query_selector("#grid").bounding_box(), active.bounding_box()
        assert frame["y"] <= row["y"] < frame["y"] + frame["height"], key
