# ruff: noqa: INP001 - docs are not a package
"""Writes docs/demo.svg: the demo as it runs on a terminal, shortened to its pictures worth seeing.

    python docs/cast

It takes as long as the demo, under a minute. What is shown is what the demo printed, but for the folder.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from picture import Frame, moving_picture
from recording import Screen, recorded

TARGET = Path(__file__).parents[1] / "demo.svg"
COMMAND = ("demo",)
COLUMNS, ROWS = 110, 40
STEPS = 12
"""So many pictures of the bar."""


def frames(told: str) -> list[Frame]:
    """Stops where there is something to read, and while the bar grows."""
    screen = Screen(COLUMNS, ROWS)
    plan, carried_out = told.split(">>> bulkreset apply", 1)
    decisions, estimate = plan.split("\r\nchanges ", 1)
    bars, end = carried_out.split("finished:", 1)
    shown = [Frame(screen.after(f"$ bulkreset {' '.join(COMMAND)}\r\n"), 1.0)]
    shown.append(Frame(screen.after(decisions), 6.0))
    shown.append(Frame(screen.after(f"\r\nchanges {estimate}"), 5.0))
    updates = f">>> bulkreset apply{bars}".split("\r\x1b[2K")
    for step in range(STEPS):
        part = updates[len(updates) * step // STEPS : len(updates) * (step + 1) // STEPS]
        # A picture is taken once a line is whole, not while it is drawn anew.
        shown.append(Frame(screen.after("".join(f"\r\x1b[2K{update}" for update in part)), 0.7))
    shown.append(Frame(screen.after(f"finished:{end.split('Look at', 1)[0]}"), 6.0))
    return shown


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        told = recorded(COMMAND, Path(folder), COLUMNS, ROWS).replace(folder, "~")
    picture = moving_picture(frames(told), COLUMNS, ROWS, "bulkreset demo on a terminal")
    TARGET.write_text(picture, encoding="utf-8")
    sys.stdout.write(f"{TARGET}: {len(picture.encode()):,} bytes\n")


if __name__ == "__main__":
    main()
