"""What a look at a run costs while `watch` follows it, and what it sends to a terminal of 80 columns.

    python benchmarks/watch.py [ROWS …]

Prints a table with the CPU time of a look, the bytes of the first frame, and those of a look at a run to
which nothing happened. Of these runs one row in 211 is unknown, far more than of a run under way; they are
what most of the time goes to.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from runs import run_file

from bulkreset.cli.glyphs import BLOCKS
from bulkreset.cli.painter import Painter
from bulkreset.cli.watch_frame import Frame
from bulkreset.clock import VirtualClock
from bulkreset.flow.follow import Seen, follow

COLUMNS = 80
LOOKS = 20


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [1_000, 100_000, 1_000_000]
    print(f"{'rows':>10}{'ms a look':>12}{'first bytes':>13}{'idle bytes':>12}")
    for rows in sizes:
        with tempfile.TemporaryDirectory() as name:
            run = run_file(Path(name) / "a.run", rows)
            seen = _look(run)
            before = time.process_time()
            for _ in range(LOOKS):
                _look(run)
            milliseconds = (time.process_time() - before) / LOOKS * 1000
            first, idle = _sent([seen, _look(run)])
            print(f"{rows:>10,}{milliseconds:>12.1f}{first:>13,}{idle:>12,}")


def _look(run: Path) -> Seen:
    return next(follow(run, 1.0, VirtualClock()))


def _sent(looks: list[Seen]) -> list[int]:
    """The bytes sent for each."""
    sent = io.BytesIO()
    painter = Painter(io.TextIOWrapper(sent, encoding="utf-8", newline="", write_through=True))
    sizes = []
    for seen in looks:
        before = sent.tell()
        painter.paint(Frame(seen, COLUMNS, BLOCKS).lines(), COLUMNS)
        sizes.append(sent.tell() - before)
    return sizes


if __name__ == "__main__":
    main()
