# ruff: noqa: INP001 - docs are not a package
"""Frames of a terminal as one SVG that moves by itself, without a script and without anything to load.

A line that stays as it is over several frames is in the file once, and is seen during those. Where nothing
may move, it shows the last frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from recording import Line

CELL_WIDTH, LINE_HEIGHT, MARGIN, FONT_SIZE = 7.7, 16, 16, 12.5
BACKGROUND, FOREGROUND = "#14181f", "#d7dce4"
BOLD = ' font-weight="bold"'
COLORS = {
    "default": FOREGROUND,
    "red": "#ff7b85",
    "green": "#7fd88f",
    "brown": "#e6c06b",
    "blue": "#82b1ff",
    "magenta": "#d8a6ff",
    "cyan": "#6fd3e0",
    "white": "#ffffff",
}
STYLE = """\
text {{
  font: {size}px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
  white-space: pre;
}}
g {{ visibility: hidden; }}
g.last {{ visibility: visible; }}
{spans}
@media (prefers-reduced-motion: reduce) {{ g[class] {{ animation: none; }} }}
"""


class Frame(NamedTuple):
    lines: Sequence[Line]
    seconds: float


def moving_picture(frames: Sequence[Frame], columns: int, rows: int, title: str) -> str:
    """The SVG, which begins anew when it is through."""
    width, height = round(columns * CELL_WIDTH + 2 * MARGIN), rows * LINE_HEIGHT + 2 * MARGIN
    by_span: dict[tuple[int, int], list[str]] = {}
    for row in range(rows):
        for span, line in _spans([frame.lines[row] for frame in frames]):
            by_span.setdefault(span, []).append(_drawn(row, line))
    last = len(frames)
    groups = "\n".join(
        f'<g class="{_name(span)}{" last" if span[1] == last else ""}">{"".join(texts)}</g>'
        for span, texts in sorted(by_span.items())
    )
    style = STYLE.format(size=FONT_SIZE, spans="\n".join(_seen(span, frames) for span in sorted(by_span)))
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title">',
            f'<title id="title">{escape(title)}</title>',
            f"<style>\n{style}</style>",
            f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>',
            groups,
            "</svg>\n",
        )
    )


def _spans(lines: Sequence[Line]) -> list[tuple[tuple[int, int], Line]]:
    """From which frame to before which one each line of a row is seen."""
    spans: list[tuple[tuple[int, int], Line]] = []
    for frame, line in enumerate(lines):
        if spans and spans[-1][1] == line:
            spans[-1] = ((spans[-1][0][0], frame + 1), line)
        else:
            spans.append(((frame, frame + 1), line))
    return [(span, line) for span, line in spans if line]


def _name(span: tuple[int, int]) -> str:
    return f"f{span[0]}-{span[1]}"


def _seen(span: tuple[int, int], frames: Sequence[Frame]) -> str:
    """The rule that shows a group during its frames."""
    total = sum(frame.seconds for frame in frames)
    begin, end = (100 * sum(frame.seconds for frame in frames[:at]) / total for at in span)
    steps = {0.0: "hidden", begin: "visible"} | ({end: "hidden"} if span[1] < len(frames) else {})
    marks = " ".join(f"{at:.2f}% {{ visibility: {seen}; }}" for at, seen in steps.items())
    name = _name(span)
    return f"@keyframes {name} {{ {marks} }} .{name} {{ animation: {name} {total:.1f}s step-end infinite; }}"


def _drawn(row: int, line: Line) -> str:
    """Each run has its width told, so that columns are where they were in any font."""
    y = MARGIN + (row + 0.75) * LINE_HEIGHT
    return "".join(
        f'<text x="{MARGIN + run.column * CELL_WIDTH:.1f}" y="{y:g}" fill="{_color(run.color)}"'
        f' textLength="{len(run.text) * CELL_WIDTH:.1f}" lengthAdjust="spacingAndGlyphs"'
        f"{BOLD if run.bold else ''}>{escape(run.text, quote=False)}</text>"
        for run in line
    )


def _color(name: str) -> str:
    return COLORS.get(name, f"#{name}" if len(name) == 6 else FOREGROUND)  # noqa: PLR2004 - RRGGBB
