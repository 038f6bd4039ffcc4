"""The names of runs that a cron line begins."""

from __future__ import annotations

import shutil

import pytest
from command import verified_users

from bulkreset.clock import VirtualClock
from bulkreset.flow.latest import latest_run


@pytest.mark.parametrize("place", ["", "night.run"], ids=["a folder", "a file"])
def test_runs_that_begin_within_a_second_have_different_names(rehearse, place):
    night = rehearse(verified_users(1))
    run = night.plan(["user-0000"])
    folder = run.parent
    job, out, clock = folder / "job.yaml", folder / place, VirtualClock()
    names = []
    for _ in range(4):
        names.append(latest_run(job, out, clock).run)
        assert not names[-1].exists()
        shutil.copy(run, names[-1])
    assert len({*names}) == 4
