"""The errors of a run that is watched: the latest codes, each with what the last of its steps was told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bulkreset.clock import time_of_day
from bulkreset.ledger.records import ErrorCount

MOST_CODES = 3


def errors_told(errors: Sequence[ErrorCount]) -> Iterator[str]:
    """A line each, and one for all others. `errors` begin with the latest."""
    for error in errors[:MOST_CODES]:
        last = "" if error.at is None else f", last {time_of_day(error.at)}"
        yield f"{error.steps:,} {error.code}{last}: {error.message}".rstrip(": ")
    others = errors[MOST_CODES:]
    if others:
        yield f"{sum(error.steps for error in others):,} of {len(others):,} more codes"
