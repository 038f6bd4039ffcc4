"""A follow-up as text: the percentage first, then the funnel, its parts, and the burn-down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bulkreset.followup.stages import MEANINGS, Stage
from bulkreset.followup.tally import Tally, percent_text
from bulkreset.reporting.followup.base import FollowUp
from bulkreset.reporting.followup.words import headline, notes
from bulkreset.reporting.page.words import moment
from bulkreset.reporting.visible import marked

BAR_WIDTH = 20
LONGEST_NAME = 24
SHOWN_POINTS = 12


def followup_text(told: FollowUp) -> Iterator[str]:
    subject = told.subject
    begun = f", begun {moment(subject.begun_at)}" if subject.begun_at is not None else ""
    yield f"{subject.run}: {subject.goal}{begun}"
    yield f"users as of {moment(told.read_at)} ({told.read})"
    yield ""
    share = f"{percent_text(told.whole.share)}: " if told.whole.awaited else ""
    yield f"{share}{headline(told)}"
    if told.whole.total:
        yield ""
        yield from _funnel(told.whole)
    if len(told.waves) > 1:
        yield from _parts("by wave", {str(wave): each for wave, each in told.waves.items()})
    if len(told.steps) > 1:
        yield from _parts("by step", told.steps)
    if told.by_column:
        yield from _parts(f"by {told.by_column}", told.groups)
    if len(told.burn_down) > 1:
        yield from _burn_down(told)
    if told.others:
        yield ""
        others = ", ".join(f"{name} {count:,}" for name, count in told.others.items())
        yield f"not followed up: {others}"
    said = list(notes(told))
    if said:
        yield ""
        yield from (f"- {note}" for note in said)


def _funnel(whole: Tally) -> Iterator[str]:
    for stage in Stage:
        count = whole.of(stage)
        if count:
            bar = _bar(count / whole.total)
            yield f"  {stage.value:<9}{count:>11,}  {bar}  {MEANINGS[stage]}"


def _parts(title: str, tallies: Mapping[str, Tally]) -> Iterator[str]:
    width = min(LONGEST_NAME, max(map(len, tallies), default=0))
    yield ""
    yield title
    for name, tally in tallies.items():
        shown = _shortened(marked(name), width)
        share = percent_text(tally.share)
        yield f"  {shown:<{width}}  {_bar(tally.share or 0.0)}  {share:>7}  {_counted(tally)}"


def _burn_down(told: FollowUp) -> Iterator[str]:
    yield ""
    yield "burn-down"
    for point in told.burn_down[-SHOWN_POINTS:]:
        tally = point.tally
        part = tally.left / tally.awaited if tally.awaited else 0.0
        told_at, share = moment(point.at), percent_text(tally.share)
        yield f"  {told_at:<22}  {_bar(part)}  {tally.left:,} left, {share} changed"


def _counted(tally: Tally) -> str:
    return f"{tally.of(Stage.CHANGED):,} of {tally.awaited:,}, {tally.left:,} left"


def _bar(part: float) -> str:
    full = round(BAR_WIDTH * min(1.0, part))
    return "#" * full + "." * (BAR_WIDTH - full)


def _shortened(name: str, width: int) -> str:
    return name if len(name) <= width else f"{name[: width - 1]}…"
