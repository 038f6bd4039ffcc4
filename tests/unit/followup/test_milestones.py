"""A milestone is told by the first follow-up that finds it reached, and only the largest."""

from __future__ import annotations

import pytest

from bulkreset.followup.history import Point
from bulkreset.followup.milestones import milestone
from bulkreset.followup.stages import Stage
from bulkreset.followup.tally import Tally


def point(changed, pending, missed=0):
    return Point(0.0, Tally({Stage.CHANGED: changed, Stage.PENDING: pending}), missed)


@pytest.mark.parametrize(
    ("now", "earlier", "told"),
    [
        (point(0, 20), [], None),
        (point(4, 16), [], None),
        (point(5, 15), [], 0.25),
        (point(12, 8), [], 0.5),
        (point(12, 8), [point(5, 15)], 0.5),
        (point(12, 8), [point(5, 15), point(10, 10)], None),
        (point(10, 10), [point(12, 8)], None),
        (point(19, 1), [point(12, 8)], 0.95),
        (point(20, 0), [point(19, 1)], 1.0),
        (point(0, 0), [], None),
        (point(5, 0, missed=15), [], 0.25),
        (point(5, 0, missed=16), [], None),
        (point(20, 0), [point(5, 0, missed=15)], 1.0),
        (point(20, 0), [point(0, 0)], 1.0),
    ],
)
def test_a_milestone_is_told_once(now, earlier, told):
    assert milestone(now, earlier) == told
