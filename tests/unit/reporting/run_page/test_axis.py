"""Where moments stand on the time axis of a run."""

from __future__ import annotations

from itertools import pairwise

from bulkreset.reporting.run_page.axis import axis_of

HOUR = 3600.0
DAY = 24 * HOUR


def test_a_run_without_a_pause_takes_the_whole_width():
    axis = axis_of([(0, HOUR), (HOUR, 2 * HOUR)])
    assert [(one.x, one.width) for one in axis.stretches] == [(0, 100)]
    assert axis.gaps == ()
    assert axis.x(HOUR) == 50


def test_days_without_a_call_are_cut_out_and_told():
    axis = axis_of([(0, HOUR), (3 * DAY, 3 * DAY + HOUR)])
    assert [gap.label for gap in axis.gaps] == ["3 days"]
    first, second = axis.stretches
    assert first.width == second.width > 45
    assert first.x + first.width == axis.gaps[0].x
    assert axis.x(2 * DAY) == second.x
    assert axis.x(9 * DAY) == 100


def test_a_short_pause_within_a_long_run_is_kept():
    axis = axis_of([(0, 10 * HOUR), (10 * HOUR + 600, 20 * HOUR)])
    assert len(axis.stretches) == 1


def test_many_nights_still_leave_room_for_the_work():
    axis = axis_of([(day * DAY, day * DAY + HOUR) for day in range(60)])
    assert sum(gap.width for gap in axis.gaps) <= 30.1
    assert all(one.width > 0 for one in axis.stretches)


def test_labels_do_not_stand_on_each_other():
    axis = axis_of([(day * DAY, day * DAY + HOUR) for day in range(60)])
    places = [tick.x for tick in axis.ticks()]
    assert places
    assert all(after - before >= 11 for before, after in pairwise(places))


def test_a_run_without_a_call_has_no_axis():
    assert axis_of([]) is None
