"""A milestone is told by the first follow-up that finds it reached, and only the largest."""

from __future__ import annotations

import pytest

from bulkreset.followup.milestones import milestone
from bulkreset.followup.stages import Stage
from bulkreset.followup.tally import Tally


def tally(changed, pending):
    return Tally({Stage.CHANGED: changed, Stage.PENDING: pending})


@pytest.mark.parametrize(
    ("now", "earlier", "told"),
    [
        (tally(0, 20), [], None),
        (tally(4, 16), [], None),
        (tally(5, 15), [], 0.25),
        (tally(12, 8), [], 0.5),
        (tally(12, 8), [tally(5, 15)], 0.5),
        (tally(12, 8), [tally(5, 15), tally(10, 10)], None),
        (tally(10, 10), [tally(12, 8)], None),
        (tally(19, 1), [tally(12, 8)], 0.95),
        (tally(20, 0), [tally(19, 1)], 1.0),
        (tally(0, 0), [], None),
        (tally(20, 0), [tally(0, 0)], 1.0),
    ],
)
def test_a_milestone_is_told_once(now, earlier, told):
    assert milestone(now, earlier) == told
