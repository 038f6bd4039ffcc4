"""A start imports nothing heavy. benchmarks/startup.py measures what it costs."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

LIGHT = {"bulkreset", "click"}
"""All that `--version` and `--help` may import beside the standard library."""

HEAVY_OF_THE_STANDARD_LIBRARY = {
    "asyncio",
    "concurrent",
    "http",
    "multiprocessing",
    "sqlite3",
    "ssl",
    "unittest",
}

START = """
import json, sys
before = set(sys.modules)
from bulkreset.cli.main import cli
cli.main([sys.argv[1]], prog_name="bulkreset", standalone_mode=False)
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_a_start_imports_nothing_heavy(option: str) -> None:
    started = subprocess.run(
        [sys.executable, "-c", START, option], capture_output=True, text=True, check=True
    )
    imported = set(json.loads(started.stdout.splitlines()[-1]))
    assert {name for name in imported if name not in sys.stdlib_module_names} == LIGHT
    assert imported & HEAVY_OF_THE_STANDARD_LIBRARY == set()


def test_a_start_finds_commands_without_importing_them() -> None:
    started = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "bulkreset", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in started.stderr.splitlines()}
    ours = {name for name in imported if name.startswith("bulkreset.") and name != "bulkreset.__main__"}
    assert ours == {"bulkreset.cli", "bulkreset.cli.lazy", "bulkreset.cli.main", "bulkreset.errors"}


@pytest.mark.parametrize("module", ["carry_out", "follow", "latest", "order", "report", "retry", "user.show"])
def test_what_goes_on_with_a_plan_needs_no_tables(module: str) -> None:
    """pandas is over half a second of every cron run that only takes up what is planned."""
    code = f"import sys, bulkreset.flow.{module}; print('pandas' in sys.modules)"
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert started.stdout.strip() == "False"


def test_a_report_needs_no_tables() -> None:
    code = (
        "import sys; from bulkreset.reporting.registry import writers; writers();"
        " print('pandas' in sys.modules)"
    )
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert started.stdout.strip() == "False"


def test_a_run_that_tells_nobody_needs_nothing_to_tell_with() -> None:
    unneeded = {"apprise", "prometheus_client", "requests"}
    code = f"import sys, bulkreset.flow.carry_out; print({unneeded} & {{*sys.modules}})"
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert started.stdout.strip() == "set()"
