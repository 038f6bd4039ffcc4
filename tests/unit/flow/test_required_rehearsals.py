"""What an environment that wants rehearsals asks of those that were kept."""

from __future__ import annotations

import pytest

from bulkreset.errors import Refused
from bulkreset.flow.rehearsal.record import Rehearsed, latest, note
from bulkreset.flow.rehearsal.requirement import refuse_unrehearsed
from bulkreset.settings.rehearsal import Rehearsal

POOL = "us-east-1_AbCdEf123"
NOW = 1_700_000_000.0
DAY = 86_400.0
REQUIRED = Rehearsal(required=True)
RESET = frozenset({"reset-password", "sign-out"})


def walked(walk="reset", *, days_ago=0.0, passed=True):
    failed_at = "" if passed else "giving the code and a new password"
    return Rehearsed(NOW - days_ago * DAY, walk, passed, "client", failed_at, "ada", "0.6", "force-reset")


def test_what_is_not_required_is_only_named(tmp_path):
    note(tmp_path, POOL, walked(passed=False))
    found = refuse_unrehearsed(Rehearsal(), tmp_path, POOL, RESET, NOW)
    assert [(one.walk, one.passed) for one in found] == [("reset", False)]
    assert refuse_unrehearsed(Rehearsal(), None, POOL, RESET, NOW) == ()


def test_what_was_never_rehearsed_is_refused_with_the_command(tmp_path):
    for folder in (tmp_path, None):
        with pytest.raises(
            Refused, match=r"never was in this pool[^$]*bulkreset rehearse JOB .* --walk reset`"
        ):
            refuse_unrehearsed(REQUIRED, folder, POOL, RESET, NOW)


def test_each_way_of_the_plan_needs_its_own_rehearsal(tmp_path):
    note(tmp_path, POOL, walked("reset"))
    both = RESET | {"set-temporary-password"}
    with pytest.raises(Refused, match="'temporary-password'"):
        refuse_unrehearsed(REQUIRED, tmp_path, POOL, both, NOW)
    note(tmp_path, POOL, walked("temporary-password"))
    found = refuse_unrehearsed(REQUIRED, tmp_path, POOL, both, NOW)
    assert [one.walk for one in found] == ["reset", "temporary-password"]


def test_a_failure_counts_until_it_was_walked_again(tmp_path):
    note(tmp_path, POOL, walked(days_ago=2))
    note(tmp_path, POOL, walked(days_ago=1, passed=False))
    with pytest.raises(Refused, match="failed at: giving the code"):
        refuse_unrehearsed(REQUIRED, tmp_path, POOL, RESET, NOW)
    note(tmp_path, POOL, walked())
    assert refuse_unrehearsed(REQUIRED, tmp_path, POOL, RESET, NOW)


def test_a_rehearsal_is_past_its_age_after_a_week_unless_said_otherwise(tmp_path):
    note(tmp_path, POOL, walked(days_ago=7.01))
    with pytest.raises(Refused, match="`max_age` is 7d"):
        refuse_unrehearsed(REQUIRED, tmp_path, POOL, RESET, NOW)
    for max_age in ("8d", "none"):
        asked = Rehearsal.model_validate({"required": True, "max_age": max_age})
        assert refuse_unrehearsed(asked, tmp_path, POOL, RESET, NOW)


def test_a_rehearsal_of_another_pool_does_not_do(tmp_path):
    note(tmp_path, "us-east-1_Another01", walked())
    with pytest.raises(Refused):
        refuse_unrehearsed(REQUIRED, tmp_path, POOL, RESET, NOW)


def test_a_line_that_was_torn_hides_no_other(tmp_path):
    note(tmp_path, POOL, walked())
    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    with file.open("a") as more:
        more.write('{"at": 1, "wal\n[]\n"text"\n')
    assert latest(tmp_path, POOL) == {"reset": walked()}


@pytest.mark.parametrize("actions", [{"enable-user"}, {"disable-user"}, {"verify-email"}])
def test_what_no_user_meets_at_sign_in_needs_none(tmp_path, actions):
    assert refuse_unrehearsed(REQUIRED, tmp_path, POOL, actions, NOW) == ()
