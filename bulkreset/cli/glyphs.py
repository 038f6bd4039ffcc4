"""The signs of which small pictures on a terminal are made, also where it has none but ASCII."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Glyphs:
    """`levels` grow from nothing to full."""

    full: str
    empty: str
    levels: str
    dot: str
    ellipsis: str

    def bar(self, part: float, width: int) -> str:
        """A bar of that many columns; full only where the part is a whole."""
        filled = min(width, int(part * width))
        return self.full * filled + self.empty * (width - filled)

    def sparkline(self, values: Sequence[float], full: float, width: int) -> str:
        """The last values, a column each, against what counts as full. Anything but nothing is seen."""
        top = len(self.levels) - 1
        heights = (
            min(top, ceil(max(0.0, value) / full * top)) if full > 0 else 0 for value in values[-width:]
        )
        return "".join(self.levels[height] for height in heights).rjust(width)

    def shown(self, text: str) -> str:
        """The text on one line, without what would move the cursor or what the terminal has no sign for."""
        if self is ASCII:
            text = text.encode("ascii", errors="replace").decode("ascii")
        return "".join(sign if sign.isprintable() else "?" for sign in text)

    def wrapped(self, text: str, width: int, most: int) -> list[str]:
        """The text in at most so many lines of so many columns."""
        lines = textwrap.wrap(self.shown(" ".join(text.split())), max(1, width))
        if len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        return [self.cut(line, width) for line in lines]

    def cut(self, text: str, width: int) -> str:
        """The text in at most so many columns."""
        if text.isascii() and len(text) <= width:
            return text
        from rich.cells import cell_len, set_cell_size

        if cell_len(text) <= width:
            return text
        return (set_cell_size(text, max(0, width - len(self.ellipsis))).rstrip() + self.ellipsis)[:width]


BLOCKS = Glyphs(full="█", empty="░", levels=" ▁▂▃▄▅▆▇█", dot="·", ellipsis="…")
ASCII = Glyphs(full="#", empty=".", levels=" .:-=+*#", dot="-", ellipsis="..")


def glyphs_for(encoding: str | None) -> Glyphs:
    """The signs that a terminal of that encoding can show."""
    try:
        (BLOCKS.full + BLOCKS.empty + BLOCKS.levels + BLOCKS.dot + BLOCKS.ellipsis).encode(
            encoding or "ascii"
        )
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return BLOCKS
