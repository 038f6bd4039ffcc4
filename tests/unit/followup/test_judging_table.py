"""The judging table: every line of it, and what holds of all sights there can be."""

from __future__ import annotations

from itertools import product

import pytest
from followups import sight

from bulkreset.actions.base import Sequel
from bulkreset.followup.judge import TABLE, Lapse, Presence, Sight, judge
from bulkreset.followup.stages import LEFT, Stage
from bulkreset.users import UserStatus

CODE, TEMPORARY, RECOVERY = Sequel.CODE, Sequel.TEMPORARY, Sequel.RECOVERY
RESET, FORCED = UserStatus.RESET_REQUIRED, UserStatus.FORCE_CHANGE_PASSWORD

CASES = [
    (sight(Sequel.NOTHING_TO_SEE), "over-with-the-call"),
    (sight(Sequel.NOTHING_TO_SEE, presence=Presence.GONE), "over-with-the-call"),
    (sight(CODE, presence=Presence.GONE), "gone"),
    (sight(CODE, presence=Presence.ANOTHER, status=RESET), "recreated"),
    (sight(Sequel.DISABLED, enabled=True), "enabled-again"),
    (sight(Sequel.DISABLED, enabled=False), "still-disabled"),
    (sight(Sequel.DISABLED, enabled=False, status=RESET), "still-disabled"),
    (sight(Sequel.ENABLED, enabled=False), "disabled-again"),
    (sight(Sequel.ENABLED, enabled=True), "still-enabled"),
    (sight(Sequel.EMAIL_VERIFIED), "still-verified"),
    (sight(Sequel.PHONE_VERIFIED, enabled=False), "still-verified"),
    (sight(Sequel.EMAIL_VERIFIED, is_verified=False), "not-verified"),
    (sight(CODE, enabled=False, status=RESET), "disabled"),
    (sight(CODE, enabled=False), "disabled"),
    (sight(TEMPORARY, enabled=False, status=FORCED, lapse=Lapse.OVER), "disabled"),
    (sight(Sequel.PASSWORD), "password-set"),
    (sight(Sequel.PASSWORD, is_touched=True), "password-set"),
    (sight(Sequel.PASSWORD, status=RESET), "required-since"),
    (sight(Sequel.PASSWORD, status=FORCED), "required-since"),
    (sight(Sequel.PASSWORD, is_done=False), "call-unknown"),
    (sight(Sequel.PASSWORD, is_done=False, had_to_change=True), "call-unknown"),
    (sight(CODE, status=RESET), "reset-required"),
    (sight(CODE, status=RESET, is_done=False), "reset-required"),
    (sight(TEMPORARY, status=RESET), "reset-required"),
    (sight(RECOVERY, status=RESET), "reset-required"),
    (sight(TEMPORARY, status=FORCED), "temporary-password"),
    (sight(TEMPORARY, status=FORCED, lapse=Lapse.SOON), "temporary-password-ends"),
    (sight(TEMPORARY, status=FORCED, lapse=Lapse.OVER), "temporary-password-over"),
    (sight(CODE, status=FORCED, lapse=Lapse.OVER), "temporary-password-over"),
    (sight(CODE, status=UserStatus.UNCONFIRMED), "unexpected-status"),
    (sight(CODE, status=UserStatus.EXTERNAL_PROVIDER), "unexpected-status"),
    (sight(CODE, status=UserStatus.ARCHIVED), "unexpected-status"),
    (sight(CODE, is_done=False), "call-unknown"),
    (sight(TEMPORARY, is_done=False, is_touched=True), "call-unknown"),
    (sight(RECOVERY, is_done=False, had_to_change=True), "call-unknown"),
    (sight(CODE, is_done=False, had_to_change=True), "confirmed"),
    (sight(RECOVERY), "not-touched"),
    (sight(RECOVERY, is_touched=True), "touched"),
    (sight(CODE, is_newer=False), "older-than-the-call"),
    (sight(TEMPORARY, is_newer=False), "older-than-the-call"),
    (sight(CODE, is_newer=False, had_to_change=True), "confirmed"),
    (sight(CODE), "confirmed"),
    (sight(TEMPORARY, is_touched=True), "confirmed"),
]


@pytest.mark.parametrize(("seen", "reason"), CASES)
def test_what_is_seen_of_a_user_is_judged_by_the_line_that_fits(seen: Sight, reason: str) -> None:
    assert judge(seen).reason == reason


def test_every_line_of_the_table_has_a_case() -> None:
    assert {reason for _, reason in CASES} == {line.reason for line in TABLE}


def test_no_two_lines_have_one_reason() -> None:
    assert len({line.reason for line in TABLE}) == len(TABLE)


def test_whatever_can_be_seen_has_exactly_one_stage_and_it_makes_sense() -> None:
    flags = (False, True)
    for values in product(Sequel, flags, Presence, UserStatus, flags, flags, flags, flags, flags, Lapse):
        seen = Sight(*values)
        stage = judge(seen).stage
        if seen.sequel is Sequel.NOTHING_TO_SEE:
            assert stage is Stage.IN_FORCE
        elif seen.presence is not Presence.HERE:
            assert stage is Stage.VANISHED
        elif stage is Stage.CHANGED:
            assert seen.enabled
            assert seen.status is UserStatus.CONFIRMED
            assert seen.sequel in (CODE, TEMPORARY)
        elif stage in LEFT:
            assert seen.enabled
            assert seen.status in (RESET, FORCED) or (seen.sequel is RECOVERY and not seen.is_touched)
