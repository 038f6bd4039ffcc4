"""What a read-back says about a reset whose answer was lost: the whole table."""

from __future__ import annotations

import itertools

import pytest
from factories import user

from bulkreset.actions.base import Evidence, Verdict
from bulkreset.actions.registry import actions
from bulkreset.actions.reset_password import FASTEST_RECOVERY_SECONDS
from bulkreset.users import UserStatus

CALLED_AT = 1_700_000_000.0
NEVER, AT_ONCE, SOON, LATER = -86_400.0, 0.0, FASTEST_RECOVERY_SECONDS, FASTEST_RECOVERY_SECONDS + 0.1

CONFIRMED = UserStatus.CONFIRMED
REQUIRED = UserStatus.RESET_REQUIRED

TABLE = [
    # status before, status now, last change after the call, verdict
    (CONFIRMED, REQUIRED, NEVER, Verdict.EFFECT),
    (CONFIRMED, REQUIRED, AT_ONCE, Verdict.EFFECT),
    (CONFIRMED, REQUIRED, SOON, Verdict.EFFECT),
    (CONFIRMED, REQUIRED, LATER, Verdict.EFFECT),
    (CONFIRMED, CONFIRMED, NEVER, Verdict.NO_EFFECT),
    (CONFIRMED, CONFIRMED, AT_ONCE, Verdict.NO_EFFECT),
    (CONFIRMED, CONFIRMED, SOON, Verdict.NO_EFFECT),
    (CONFIRMED, CONFIRMED, LATER, Verdict.CANNOT_TELL),  # reset, and recovered from it already?
    (REQUIRED, REQUIRED, NEVER, Verdict.CANNOT_TELL),
    (REQUIRED, REQUIRED, AT_ONCE, Verdict.CANNOT_TELL),
    (REQUIRED, REQUIRED, SOON, Verdict.EFFECT),
    (REQUIRED, REQUIRED, LATER, Verdict.EFFECT),
    (REQUIRED, CONFIRMED, NEVER, Verdict.CANNOT_TELL),
    (REQUIRED, CONFIRMED, LATER, Verdict.CANNOT_TELL),
    (CONFIRMED, UserStatus.FORCE_CHANGE_PASSWORD, LATER, Verdict.CANNOT_TELL),
    (CONFIRMED, UserStatus.FORCE_CHANGE_PASSWORD, NEVER, Verdict.CANNOT_TELL),
    (CONFIRMED, UserStatus.UNCONFIRMED, NEVER, Verdict.CANNOT_TELL),
]


def verdict(before: UserStatus, now: UserStatus, changed_after: float, **changes) -> Verdict:
    action = actions()["reset-password"]
    state = user(status=now, modified_at=CALLED_AT + changed_after, **changes)
    return action.confirmed_by(Evidence(before, CALLED_AT, state))


@pytest.mark.parametrize(("before", "now", "changed_after", "expected"), TABLE)
def test_the_verdict_follows_the_status_and_the_time_of_the_last_change(before, now, changed_after, expected):
    assert verdict(before, now, changed_after) is expected


def test_a_reset_is_sent_again_only_to_a_user_who_is_exactly_as_before_the_call():
    for before, now, changed_after in itertools.product(
        UserStatus, UserStatus, [NEVER, AT_ONCE, SOON, LATER]
    ):
        if verdict(before, now, changed_after) is Verdict.NO_EFFECT:
            assert before is now
            assert now is not REQUIRED
            assert changed_after <= FASTEST_RECOVERY_SECONDS


def test_a_reset_counts_as_done_only_where_a_reset_is_required_now():
    for before, now, changed_after in itertools.product(
        UserStatus, UserStatus, [NEVER, AT_ONCE, SOON, LATER]
    ):
        if verdict(before, now, changed_after) is Verdict.EFFECT:
            assert now is REQUIRED


def test_a_disabled_user_is_judged_by_the_same_table():
    assert verdict(CONFIRMED, REQUIRED, SOON, enabled=False) is Verdict.EFFECT
