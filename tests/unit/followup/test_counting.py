"""Percentages, thresholds, and the burn-down that a run keeps."""

from __future__ import annotations

import json

import pytest

from bulkreset.followup.history import FOLLOWED_UP, Point, event_detail, points
from bulkreset.followup.stages import Stage
from bulkreset.followup.tally import Tally, percent_text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.6, "60.0 %"), (0.9499, "94.9 %"), (0.99999, "99.9 %"), (1.0, "100.0 %"), (0.0, "0.0 %"), (None, "–")],
)
def test_a_percentage_is_never_rounded_up(share, text):
    assert percent_text(share) == text


def test_who_is_gone_or_disabled_is_no_part_of_the_whole():
    counted = Tally(
        {Stage.CHANGED: 6, Stage.PENDING: 2, Stage.EXPIRED: 2, Stage.VANISHED: 5, Stage.DISABLED: 5}
    )
    assert (counted.total, counted.awaited, counted.left, counted.share) == (20, 10, 4, 0.6)


def test_who_cannot_be_told_counts_against_the_percentage():
    assert Tally({Stage.CHANGED: 1, Stage.UNCLEAR: 1}).share == 0.5


@pytest.mark.parametrize(("changed", "reached"), [(18, False), (19, True), (20, True)])
def test_a_threshold_is_met_exactly(changed, reached):
    assert Tally({Stage.CHANGED: changed, Stage.PENDING: 20 - changed}).has_reached(0.95) is reached


def test_nobody_to_wait_for_is_enough_unless_the_run_has_missed_somebody():
    assert Tally({Stage.DISABLED: 3}).has_reached(0.95)
    assert Tally({Stage.DISABLED: 3}).share is None
    assert not Tally({Stage.DISABLED: 3}).has_reached(0.95, missed=1)


def test_who_was_missed_by_the_run_has_not_changed_anything():
    assert Tally({Stage.CHANGED: 19}).has_reached(0.95, missed=1)
    assert not Tally({Stage.CHANGED: 19}).has_reached(0.95, missed=2)


def test_what_an_event_keeps_is_read_back_and_names_nobody():
    whole = Tally({Stage.CHANGED: 3, Stage.PENDING: 1})
    now = Point(1_700_000_000.0, whole, missed=1)
    kept = event_detail(now, {"skipped": 2, "failed": 1}, {"by_wave": {"1": whole}, "by_step": {}})
    detail = json.loads(json.dumps(kept))
    assert (detail["awaited"], detail["changed"], detail["left"]) == (4, 3, 1)
    assert "by_step" not in detail
    (point,) = points([("planned", {}), (FOLLOWED_UP, detail), (FOLLOWED_UP, {"format": 99})])
    assert (point.at, dict(point.tally.stages), point.missed) == (now.at, dict(whole.stages), 1)
