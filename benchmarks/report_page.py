"""What the HTML page of a run costs to make, what it weighs, and how soon a browser shows it.

    python benchmarks/report_page.py [ROWS]

Prints a table with the whole process's time, the bytes of the page and of the file beside it, and the
milliseconds until a browser has painted and until it has the rows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from runs import run_file

RUNS = 3
PAINT = (
    "() => new Promise((told) => new PerformanceObserver((list) => told(list.getEntries()[0].startTime))"
    ".observe({ type: 'paint', buffered: true }))"
)
READY = "performance.getEntriesByName('rows-ready')[0].startTime"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_file(folder / "a.run", rows)
        print(f"page of a run of {rows:,} rows\n")
        print(f"{'run':>4}{'seconds':>10}{'page bytes':>14}{'beside it':>14}{'paint ms':>10}{'rows ms':>10}")
        for run in range(RUNS):
            seconds = _report(folder)
            page, beside = folder / "report.html", folder / "report.rows.csv.gz"
            size = beside.stat().st_size if beside.exists() else 0
            paint, ready = _opened(page)
            told = f"{seconds:>10.2f}{page.stat().st_size:>14,}{size:>14,}{paint:>10.0f}{ready:>10.0f}"
            print(f"{run + 1:>4}{told}")


def _report(folder: Path) -> float:
    before = time.monotonic()
    command = ["-m", "bulkreset", "report", "a.run", "--format", "html", "--out", "report.html"]
    subprocess.run([sys.executable, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - before


def _opened(page: Path) -> tuple[float, float]:
    """Milliseconds until the page was painted, and until its rows were there."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it is not needed where it is missing

    place = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=place, args=["--no-sandbox", "--disable-gpu"])
        shown = browser.new_page()
        shown.goto(page.as_uri())
        shown.wait_for_selector("html[data-rows=ready]", state="attached")
        told = float(shown.evaluate(PAINT)), float(shown.evaluate(READY))
        browser.close()
        return told


if __name__ == "__main__":
    main()
