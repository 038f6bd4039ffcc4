"""Every command of README and docs is really run, in the order of its page, in a world as the page has it."""

from __future__ import annotations

import importlib
import pkgutil
import re
import shutil
from contextlib import ExitStack
from pathlib import Path

import pytest
import walkthroughs
from walking.page import Page
from walking.rules import Walkthrough, file_of
from walking.walk import Walk
from walking.world import World

SCRIPT = "```sh\n{}\n```\n"
ROOT = Path(__file__).parents[2]
WALKTHROUGHS = [
    importlib.import_module(f"walkthroughs.{module.name}").WALKTHROUGH
    for module in pkgutil.iter_modules(walkthroughs.__path__)
]


def pages_with_commands():
    names = ["README.md", *(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md"))]
    return {name for name in names if Page.at(ROOT, name).typed()}


def test_every_page_with_commands_has_its_walkthrough():
    tried = {walkthrough.page for walkthrough in WALKTHROUGHS}
    missing = sorted(file_of(name) for name in pages_with_commands() - tried)
    assert not missing, f"write a Walkthrough in {', '.join(missing)}, as those beside it"
    assert tried <= pages_with_commands()


@pytest.fixture
def walk(tmp_path):
    """Walks through a page as it is told to."""

    def walk(walkthrough, page):
        with ExitStack() as stack:
            Walk(walkthrough, page, World(page, tmp_path, stack)).to_the_end()

    return walk


@pytest.mark.parametrize(
    "walkthrough",
    [
        pytest.param(walkthrough, id=walkthrough.page, marks=[pytest.mark.early] * walkthrough.early)
        for walkthrough in WALKTHROUGHS
    ],
)
def test_every_command_of_the_page_does_what_the_page_says(walkthrough, walk):
    page = Page.at(ROOT, walkthrough.page)
    assert walkthrough.problems(page) == []
    missing = [program for program in walkthrough.needs if not shutil.which(program)]
    if missing:
        pytest.skip(f"there is no {', '.join(missing)} here")
    walk(walkthrough, page)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SCRIPT.format("bulkreset show no.run"), "docs/a.md:2: `bulkreset show no.run` ended with 2, not 0"),
        (SCRIPT.format("bulkreset show no.run | cat"), "ended with 2, not 0"),
        (SCRIPT.format("bulkreset --version | grep -q 0.0.0"), "ended with 1, not 0"),
        ("```console\n$ bulkreset --version\nversion 9\n```\n", "docs/a.md:2 shows another output than this"),
    ],
)
def test_a_command_that_does_otherwise_is_told(text, told, walk):
    with pytest.raises(AssertionError, match=re.escape(told)):
        walk(Walkthrough("docs/a.md", lambda _world: None), Page("docs/a.md", text))
