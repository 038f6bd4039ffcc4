"""Keeping a follow-up in the run file: one more event of its chain, so that the next one has a burn-down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bulkreset.clock import Clock
from bulkreset.flow.process import this_process
from bulkreset.followup.history import FOLLOWED_UP, event_detail
from bulkreset.ledger.connection import lock_run, open_for_writing
from bulkreset.ledger.journal import Journal
from bulkreset.reporting.followup.base import FollowUp


def record(told: FollowUp, path: Path, clock: Clock) -> None:
    """Add the event. Raises RunBusy while another process holds the run."""
    parts = {"by_wave": {str(wave): each for wave, each in told.waves.items()}, "by_step": told.steps}
    if told.by_column:
        parts[f"by_{told.by_column}"] = told.groups
    detail = event_detail(told.point, told.others, parts)
    with lock_run(path), open_for_writing(path) as connection:
        Journal(connection).event(clock.now(), FOLLOWED_UP, {**detail, **this_process()})


def with_this(told: FollowUp) -> FollowUp:
    """The follow-up with itself as the last point of its burn-down."""
    return replace(told, history=(*told.history, told.point))
