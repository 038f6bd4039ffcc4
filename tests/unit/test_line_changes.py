"""A line on a terminal becomes another by what differs, and by little else."""

from __future__ import annotations

import pyte
from hypothesis import given, strategies as st

from bulkreset.cli.line_changes import line_changes

LINES = st.text(alphabet="ab 1█▁é名", max_size=40)


def shown(*sent: str) -> str:
    screen = pyte.Screen(100, 2)
    pyte.Stream(screen).feed("".join(sent))
    return screen.display[0].rstrip()


@given(old=LINES, new=LINES)
def test_any_line_becomes_any_other(old, new):
    assert shown(old, "\r", line_changes(old, new)) == new.rstrip()


def test_an_equal_line_takes_nothing():
    assert line_changes("12.5 rows/s · ▁▂▃", "12.5 rows/s · ▁▂▃") == ""


def test_only_what_differs_is_sent():
    old = "pace      12.5 rows/s · 77 s left, until 22:16 UTC"
    assert line_changes(old, old.replace("77", "76")) == "\x1b[26G6"


def test_what_lies_near_together_is_sent_at_once():
    assert line_changes("a1b2c", "a3b4c") == "\x1b[2G3b4"


def test_what_is_left_of_a_longer_line_is_erased():
    assert line_changes("waits for nobody", "waits") == "\x1b[6G\x1b[K"
