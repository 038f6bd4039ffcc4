"""Runs that are killed hundreds of times in a storm of faults: nobody is lost, nobody gets two messages.

    make soak SOAK_ARGS="--kills 300 --seed 1 --faults 0.1"

Prints a table, and exits with 1 if a single promise is broken. The same seed draws the same users, jobs,
faults, orders and moments; how fast the machine is decides what they meet.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from soaking.in_flight import resume_after_a_kill_with
from soaking.soak import Spec, Tally, soak

KILLS_OF_A_RUN = 25
USERS_OF_A_RUN = 600
NOBODY = "http://127.0.0.1:9"
HEADER = ("run", "rows", "kills", "read back", "calls", "struck", "messages", "twice", "broken", "seconds")


def main() -> int:
    asked = _asked()
    _stay_here()
    begun = time.monotonic()
    print(f"{asked.kills} kills, {asked.faults:.0%} of the calls struck, seed {asked.seed}\n")
    tallies = _soaked(asked.kills, asked.seed, asked.faults, asked.lanes)
    _print_sums(tallies, time.monotonic() - begun)
    broken = [f"{tally.name}: {told}" for tally in tallies for told in tally.violations]
    if asked.in_flight:
        broken += _in_flight(asked.in_flight)
    for told in broken:
        print(f"BROKEN {told}")
    enough = sum(tally.kills.total() for tally in tallies) >= asked.kills
    print("nothing is broken" if enough and not broken else "NOT as promised")
    return 0 if enough and not broken else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--kills", type=int, default=300, help="kill -9, over all runs (300)")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn (1)")
    parser.add_argument("--faults", type=float, default=0.1, help="share of the calls that is struck (0.1)")
    parser.add_argument("--lanes", type=int, default=os.cpu_count() or 1, help="runs side by side")
    parser.add_argument(
        "--in-flight", type=int, default=10_000, help="rows in flight at one kill, 0 to leave that out"
    )
    return parser.parse_args()


def _stay_here() -> None:
    """No command that is started below finds credentials, or a way to another machine."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ |= {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/nonexistent"}
    os.environ |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), NOBODY)
    os.environ |= dict.fromkeys(("NO_PROXY", "no_proxy"), "127.0.0.1")


def _soaked(kills: int, seed: int, faults: float, lanes: int) -> list[Tally]:
    """Runs until there were so many kills; a run that is over early is followed by another one."""
    print(_line(HEADER))
    tallies: list[Tally] = []
    with ProcessPoolExecutor(lanes, multiprocessing.get_context("spawn")) as pool:
        while (left := kills - sum(tally.kills.total() for tally in tallies)) > 0:
            runs = -(-left // KILLS_OF_A_RUN)
            each = -(-left // runs)
            specs = [
                Spec(seed + len(tallies) + number, each, USERS_OF_A_RUN, faults) for number in range(runs)
            ]
            for tally in pool.map(_one, specs):
                print(_line(_cells(tally)), flush=True)
                tallies.append(tally)
            if not any(tally.kills for tally in tallies[-runs:]):
                break
    return tallies


def _one(spec: Spec) -> Tally:
    with tempfile.TemporaryDirectory() as folder:
        return soak(spec, Path(folder))


def _cells(tally: Tally) -> tuple[object, ...]:
    return (
        tally.name,
        tally.rows,
        tally.kills.total(),
        tally.read_back,
        tally.calls,
        tally.struck,
        tally.messages,
        tally.mailed_twice,
        len(tally.violations),
        round(tally.seconds),
    )


def _line(cells: tuple[object, ...]) -> str:
    first, *others = map(str, cells)
    return f"{first:<16}" + "".join(f"{cell:>11}" for cell in others)


def _print_sums(tallies: list[Tally], seconds: float) -> None:
    summed = [sum(column) for column in zip(*(_cells(tally)[1:] for tally in tallies), strict=True)]  # type: ignore[arg-type]
    print(_line(("all", *summed[:-1], round(seconds))))
    calls = sum(tally.calls for tally in tallies)
    print(f"\n{sum(tally.struck for tally in tallies) / max(calls, 1):.1%} of the calls were struck")
    for what in ("kills", "moments", "orders", "outcomes", "codes"):
        counted: Counter[str] = Counter()
        for tally in tallies:
            counted.update(getattr(tally, what))
        print(f"{what}: " + ", ".join(f"{name} {count}" for name, count in counted.most_common()))
    print(
        f"ended by themselves and were resumed: {sum(tally.ended_by_itself for tally in tallies)} runners\n"
        f"`bulkreset check`: {sum(tally.checks for tally in tallies)} times\n"
    )


def _in_flight(rows: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        resumed = resume_after_a_kill_with(rows, Path(folder))
    print(
        f"{rows} rows in flight at a kill, {resumed.arrived} of them arrived: {resumed.read_back} read back, "
        f"{resumed.done} done, {resumed.mailed_twice} mailed twice, {resumed.seconds:.0f} s\n"
    )
    return resumed.violations


if __name__ == "__main__":
    sys.exit(main())
