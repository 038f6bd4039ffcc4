"""The soak in short: a dozen kills in a storm of faults. `make soak` is the long one."""

from __future__ import annotations

import pytest
from soaking.soak import Spec, soak


@pytest.mark.early
def test_a_dozen_kills_in_a_storm_of_faults_lose_nobody_and_mail_nobody_twice(tmp_path):
    tally = soak(Spec(seed=1, kills=12, users=170, faults=0.1), tmp_path)
    assert tally.violations == []
    assert tally.kills.total() == 12, "the run was over too early"
    assert tally.struck > 0.05 * tally.calls
    assert tally.read_back > 0, "the kills and the faults met nothing in flight"
    assert tally.checks > 1
