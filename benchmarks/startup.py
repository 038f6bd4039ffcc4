"""What a start of bulkreset costs: CPU of `--version` and `--help` beside `python -c pass`.

Medians of interleaved runs, in the environment of the interpreter that runs this script. A second
table is for machines that set PYTHONDONTWRITEBYTECODE, where the files of an editable install are
compiled at every start. Ends 1 when a start costs more than MAX_RATIO times the bare interpreter.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import bulkreset

MAX_RATIO = 8.0
RUNS = 15
PACKAGE = Path(bulkreset.__file__).parent
BULKRESET = str(Path(sys.executable).with_name("bulkreset"))
BARE = "python -c pass"
COMMANDS: Mapping[str, list[str]] = {
    BARE: [sys.executable, "-c", "pass"],
    "bulkreset --version": [BULKRESET, "--version"],
    "bulkreset --help": [BULKRESET, "--help"],
}


def cpu_seconds(command: list[str], environment: Mapping[str, str]) -> float:
    """User and system time of one run of `command`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def medians(environment: Mapping[str, str]) -> dict[str, float]:
    """CPU seconds of every command; interleaved, so that a busy moment falls on all of them alike."""
    for command in COMMANDS.values():
        cpu_seconds(command, environment)  # warms the file cache, and keeps byte code where that is on
    rounds = [
        {name: cpu_seconds(command, environment) for name, command in COMMANDS.items()} for _ in range(RUNS)
    ]
    return {name: median(taken[name] for taken in rounds) for name in COMMANDS}


def show(title: str, measured: Mapping[str, float]) -> bool:
    """Print one table. True when every start is within the limit."""
    print(f"\n{title}, medians of {RUNS} runs")
    print(f"{'':24}{'CPU ms':>8}{'ratio':>8}{'limit':>8}")
    ratios = {name: seconds / measured[BARE] for name, seconds in measured.items()}
    for name, seconds in measured.items():
        limit = "" if name == BARE else f"{MAX_RATIO:g}"
        print(f"{name:24}{seconds * 1000:8.1f}{ratios[name]:8.2f}{limit:>8}")
    return max(ratios.values()) <= MAX_RATIO


def main() -> int:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    within = [show("byte code kept", medians(plain))]
    with TemporaryDirectory() as folder:
        shutil.copytree(PACKAGE, Path(folder, PACKAGE.name), ignore=shutil.ignore_patterns("__pycache__"))
        without = plain | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": folder}
        within.append(show("PYTHONDONTWRITEBYTECODE=1, no byte code of our own", medians(without)))
    return 0 if all(within) else 1


if __name__ == "__main__":
    sys.exit(main())
