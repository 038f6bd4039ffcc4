"""The follow-up as one HTML page: the percentage, the funnel, the burn-down, and everybody who is left."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from bulkreset.followup.stages import LEFT, MEANINGS, Stage
from bulkreset.followup.tally import Tally, percent_text
from bulkreset.reporting.followup.base import FollowUp, FollowUpWriter, left_cells
from bulkreset.reporting.followup.words import headline, notes
from bulkreset.reporting.page.assemble import html_page
from bulkreset.reporting.page.drawing import Piece, Scale, pieces, scale
from bulkreset.reporting.page.packed import Kind, packed
from bulkreset.reporting.page.words import moment
from bulkreset.reporting.plan.html import MOST_ROWS

STYLES = ("base.css", "picture.css", "rows.css", "followup.css", "print.css")
SCRIPTS = (
    "visible.js",
    "columns.js",
    "matches.js",
    "grid.js",
    "details.js",
    "paper.js",
    "copy.js",
    "followup.js",
    "start.js",
)

LABELS = {
    Stage.CHANGED: "Changed",
    Stage.PENDING: "Pending",
    Stage.EXPIRING: "Expiring",
    Stage.EXPIRED: "Expired",
    Stage.UNCLEAR: "Unclear",
    Stage.DISABLED: "Disabled",
    Stage.VANISHED: "Vanished",
    Stage.IN_FORCE: "In force",
    Stage.UNDONE: "Undone",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One wave, step or group; `pieces` are its stages as parts of it."""

    name: str
    tally: Tally
    pieces: tuple[Piece, ...]
    share: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the burn-down: its place in parts of a hundred from the upper left, and what it says."""

    x: float
    y: float
    at: float
    left: int
    awaited: int
    share: str


def _write(told: FollowUp, file: TextIO) -> None:
    left = told.left
    span = scale(point.at for point in told.burn_down)
    page = html_page(
        "followup.html",
        Path(__file__).parent / "sections",
        STYLES,
        SCRIPTS,
        told=told,
        stages=[(stage, LABELS[stage], MEANINGS[stage]) for stage in Stage],
        labels=LABELS,
        headline=headline(told),
        notes=list(notes(told)),
        share=percent_text(told.whole.share),
        whole=_pieces(told.whole),
        tables=_tables(told),
        span=span,
        dots=_dots(told, span),
        left_stages=[stage for stage in Stage if stage in LEFT],
        run=shlex.quote(told.subject.run),
        rows=packed(islice(_rows(told), MOST_ROWS)),
        rows_left=len(left),
        rows_left_out=max(0, len(left) - MOST_ROWS),
    )
    file.writelines(page)


def _pieces(tally: Tally) -> tuple[Piece, ...]:
    return pieces({stage.value: tally.of(stage) for stage in Stage}, tally.total)


def _tables(told: FollowUp) -> list[tuple[str, list[Part]]]:
    """The parts that the run falls into, of which there are several."""
    found = [
        ("By wave", {f"Wave {wave}": each for wave, each in told.waves.items()}),
        ("By step", dict(told.steps)),
        (f"By {told.by_column}", dict(told.groups)),
    ]
    return [
        (title, [Part(name, each, _pieces(each), percent_text(each.share)) for name, each in of.items()])
        for title, of in found
        if len(of) > 1
    ]


def _dots(told: FollowUp, span: Scale | None) -> list[Dot]:
    if span is None:
        return []
    most = max((point.tally.awaited for point in told.burn_down), default=0) or 1
    return [
        Dot(
            x=span.x(point.at),
            y=round(100 - 100 * point.tally.left / most, 3),
            at=point.at,
            left=point.tally.left,
            awaited=point.tally.awaited,
            share=percent_text(point.tally.share),
        )
        for point in told.burn_down
    ]


def _rows(told: FollowUp) -> Iterator[tuple[int, str, str, Kind]]:
    for row, identifier, username, _, stage, reason, step, wave, status, expires_at in left_cells(told.left):
        ends = moment(expires_at) if expires_at else ""
        # In the order in which followup.js takes it.
        yield row, identifier, username, (str(stage), reason, step, "", wave, status, ends)


WRITER = FollowUpWriter("html", "one page with everything, to read, search and print", _write)
