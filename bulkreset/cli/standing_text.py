"""Where a run stands, as text for people: its wave, and what keeps it from going on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bulkreset.flow.report import reading
from bulkreset.ledger.states import Outcome


def standing_text(run: Path) -> Iterator[str]:
    """A line about the wave, where there are several, and one about what the run waits for, if anything."""
    with reading(run) as reader:
        sizes, progress = reader.wave_sizes(), reader.wave_progress()
        wave = (reader.meta("waves_open") or {"wave": 1})["wave"]
        hold = reader.meta("hold")
    if len(sizes) > 1:
        outcomes = ", ".join(
            f"{outcome} {count:,}"
            for outcome, count in progress[wave].items()
            if count and outcome is not Outcome.NOT_ATTEMPTED
        )
        yield f"  wave {wave} of {len(sizes)}, {sizes[wave]:,} rows: {outcomes or 'not begun'}"
    if hold is not None:
        waits = "paused" if hold["until"] is not None or hold["kind"] == "paused" else "waits for a person"
        yield f"  {waits}: {hold['why']}"
