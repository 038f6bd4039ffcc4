"""Pages as a real Chromium shows them. It may reach nothing but the files that a test opens."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_GET_IT = (
    "no browser to look at pages with; on Debian and Ubuntu: apt install chromium (or say where one is: "
    "CHROMIUM=/path/to/chromium)"
)
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
"""A browser that asks nobody anything, and runs as root in a container too."""


WINDOW = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}


Make = Callable[[Path], Path]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Make], Path]:
    """Makes a file in a folder of this name, or gives what another worker has made there."""
    place = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent

    def made_once(name: str, make: Make) -> Path:
        folder, made = place / name, place / f"{name}.made"
        with made.open("a+", encoding="utf-8") as note:
            fcntl.flock(note, fcntl.LOCK_EX)
            note.seek(0)
            known = note.read()
            if known:
                return Path(known)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            path = make(folder)
            note.write(str(path))
            return path

    return made_once


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser. Without one the test is skipped, or fails where BROWSER_TESTS=required."""
    with ExitStack() as stack:
        try:
            from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may be missing

            driver = stack.enter_context(sync_playwright())
            browser = driver.chromium.launch(executable_path=_place(), args=QUIET)
        except Exception as error:  # noqa: BLE001 - whatever keeps a browser from starting
            _do_without(str(error))
        stack.callback(browser.close)
        yield browser


def _place() -> str:
    """Where the browser is."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise FileNotFoundError(HOW_TO_GET_IT)
    return path


def _do_without(reason: str) -> None:
    if os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail(f"BROWSER_TESTS=required, and: {reason}", pytrace=False)
    pytest.skip(reason)


class Visit:
    """An open page, with everything that it said and asked for."""

    def __init__(self, context: Any, path: Path) -> None:
        self.page = context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.url = path.as_uri()
        self.page.goto(self.url)

    def ready(self) -> Visit:
        """Waits until the rows are there."""
        self.page.wait_for_selector("html[data-rows=ready]", state="attached")
        return self

    @property
    def tally(self) -> str:
        return self.page.inner_text("#tally")

    def search(self, text: str) -> None:
        self.page.fill("#query", text)
        self.settle()

    def settle(self) -> None:
        """Waits until what was typed is drawn."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def identifiers(self) -> list[str]:
        """Those of the rows in the document, in their order."""
        rows = self.page.query_selector_all("#sizer .row")
        rows.sort(key=lambda row: int(row.get_attribute("data-place")))
        return [row.query_selector(".identifier").inner_text() for row in rows]


@pytest.fixture
def visit(chromium: Any) -> Iterator[Any]:
    """Opens a page in a window of its own."""
    with ExitStack() as stack:

        def visit(path: Path, **window: Any) -> Visit:
            context = chromium.new_context(**{**WINDOW, **window})
            context.set_default_timeout(20_000)
            stack.callback(context.close)
            return Visit(context, path)

        yield visit
