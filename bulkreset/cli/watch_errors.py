"""The errors of a watched run: the latest codes. What Cognito said may name users, so it stays out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bulkreset.clock import time_of_day
from bulkreset.ledger.records import ErrorCount

MOST_CODES = 3


def errors_told(errors: Sequence[ErrorCount]) -> Iterator[str]:
    """A line each, and one for all others. `errors` begin with the latest."""
    for error in errors[:MOST_CODES]:
        last = "" if error.at is None else f", last {time_of_day(error.at)}"
        yield f"{error.steps:,} {error.code}{last}"
    others = errors[MOST_CODES:]
    if others:
        yield f"{sum(error.steps for error in others):,} of {len(others):,} more codes"
