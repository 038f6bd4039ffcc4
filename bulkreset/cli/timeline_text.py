"""When a run will be through, as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from bulkreset.clock import iso
from bulkreset.planning.calendar import Day, Timeline


def timeline_text(timeline: Timeline, *, waits_for_a_person: bool) -> Iterator[str]:
    """The end, and what happens on each day where there are several."""
    besides = ", the waits for a confirmation not counted" if waits_for_a_person else ""
    if timeline.finish is None:
        yield f"never through: {timeline.obstacle}; {timeline.left:,} users are left"
    else:
        finish = iso(timeline.finish)[:16].replace("T", " at ")
        yield f"through on {finish} UTC if begun when planned{besides}"
    if len(timeline.days) > 1:
        yield from (_day(day) for day in timeline.days)


def _day(day: Day) -> str:
    messages = ", ".join(f"{count:,} by {medium}" for medium, count in day.messages.items() if count)
    return f"  {day.date}: {day.rows:,} users" + (f", {messages}" if messages else "")
