"""docs/demo.svg, which the README shows: whole in one small file, and what the demo prints as of now."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from walking.page import Page
from walking.shown import ELLIPSIS

ROOT = Path(__file__).parents[2]
CAST = ROOT / "docs" / "demo.svg"
SVG = "{http://www.w3.org/2000/svg}"
LARGEST_BYTES = 100_000


def test_it_is_small_and_loads_nothing():
    text = CAST.read_text(encoding="utf-8")
    assert len(text.encode()) < LARGEST_BYTES
    assert not re.search(r"<script|<image|<use|href=|url\(|@import", text)


def test_it_shows_what_the_readme_shows():
    tree = ET.parse(CAST)  # noqa: S314 - a file of the repository
    seen = [" ".join("".join(run.itertext()).split()) for run in tree.iter(f"{SVG}text")]
    readme = Page.at(ROOT, "README.md")
    lines = [line for block in readme.blocks("text")[:2] for line in block.text.splitlines()]
    assert [line for line in lines if line != ELLIPSIS and " ".join(line.split()) not in seen] == []


def test_it_names_no_place_of_the_machine_that_made_it():
    assert not re.search(r"/tmp|/home|/root|/Users", CAST.read_text(encoding="utf-8"))  # noqa: S108
