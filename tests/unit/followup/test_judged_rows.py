"""Rows and users joined and judged: dates, recreated users, temporary passwords that end."""

from __future__ import annotations

from collections import Counter

import pytest
from followups import CALLED_AT, CIRCUMSTANCES, DAY, after, begun_row, judge_rows
from hypothesis import given, settings, strategies as st

from bulkreset.actions.registry import actions
from bulkreset.followup.rows import Circumstances, counting_step, to_look_up
from bulkreset.followup.stages import Stage
from bulkreset.followup.tally import tallies, tally
from bulkreset.users import UserStatus

TEMPORARY = {"steps": "set-temporary-password sign-out", "action": "set-temporary-password"}


def stage_of(row, *users, of=CIRCUMSTANCES):
    found = judge_rows([row], list(users), of).iloc[0]
    return found["stage"], found["reason"]


def test_a_user_who_confirmed_after_the_reset_has_changed_it():
    assert stage_of(begun_row(), after(1, "CONFIRMED", 3600)) == (Stage.CHANGED, "confirmed")


def test_an_old_picture_of_a_user_proves_nothing():
    found = stage_of(begun_row(), after(1, "CONFIRMED", -600))
    assert found == (Stage.UNCLEAR, "older-than-the-call")


def test_a_change_within_the_second_that_clocks_differ_is_not_older():
    assert stage_of(begun_row(), after(1, "CONFIRMED", -0.5))[0] == Stage.CHANGED


def test_the_step_before_the_reset_is_not_taken_for_a_new_password():
    row = begun_row(steps="verify-email reset-password sign-out")
    assert stage_of(row, after(1, "CONFIRMED", -0.5))[0] == Stage.UNCLEAR
    assert stage_of(row, after(1, "CONFIRMED", 2.5))[0] == Stage.CHANGED


def test_who_had_to_change_before_and_is_confirmed_now_has_changed_it_whatever_the_date():
    row = begun_row(state="RESET_REQUIRED, enabled, email verified, phone none")
    assert stage_of(row, after(1, "CONFIRMED", -600))[0] == Stage.CHANGED


def test_nobody_of_the_name_has_vanished():
    assert stage_of(begun_row(), after(2, "CONFIRMED")) == (Stage.VANISHED, "gone")
    assert stage_of(begun_row()) == (Stage.VANISHED, "gone")


def test_a_user_made_anew_under_the_same_name_has_vanished():
    anew = after(1, "FORCE_CHANGE_PASSWORD", 500, created_at=CALLED_AT + 500)
    assert stage_of(begun_row(), anew) == (Stage.VANISHED, "recreated")


def test_a_user_whom_the_manifest_named_by_sub_is_another_with_another_sub():
    row = begun_row(kind="sub", identifier="sub-of-before")
    assert stage_of(row, after(1, "RESET_REQUIRED")) == (Stage.VANISHED, "recreated")
    same = begun_row(kind="sub", identifier="sub-of-user-1")
    assert stage_of(same, after(1, "RESET_REQUIRED"))[0] == Stage.PENDING


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (1, Stage.PENDING),
        (4.9, Stage.PENDING),
        (5, Stage.EXPIRING),
        (6.9, Stage.EXPIRING),
        (8, Stage.EXPIRED),
    ],
)
def test_a_temporary_password_ends_with_the_days_of_the_pool(days, stage):
    of = Circumstances(CALLED_AT + days * DAY, 7, 2 * DAY)
    assert stage_of(begun_row(**TEMPORARY), after(1, "FORCE_CHANGE_PASSWORD", 0), of=of)[0] == stage


def test_a_temporary_password_that_somebody_set_later_ends_later():
    of = Circumstances(CALLED_AT + 8 * DAY, 7, 2 * DAY)
    later = after(1, "FORCE_CHANGE_PASSWORD", 5 * DAY)
    found = judge_rows([begun_row(**TEMPORARY)], [later], of).iloc[0]
    assert (found["stage"], found["expires_at"]) == (Stage.PENDING, CALLED_AT + 12 * DAY)


def test_both_contacts_that_a_row_marked_verified_have_to_be():
    row = begun_row(steps="verify-email verify-phone", action="verify-phone")
    lost = after(1, "CONFIRMED", phone_number="+14155550123", phone_number_verified=False)
    assert stage_of(row, lost) == (Stage.UNDONE, "not-verified")
    kept = after(1, "CONFIRMED", phone_number="+14155550123", phone_number_verified=True)
    assert stage_of(row, kept) == (Stage.IN_FORCE, "still-verified")


def test_a_reset_that_was_never_begun_is_not_taken_for_done():
    row = begun_row(
        steps="verify-email reset-password sign-out",
        action="verify-email",
        step_state="unknown",
        outcome="unknown",
    )
    assert stage_of(row, after(1, "CONFIRMED", 3600)) == (Stage.UNCLEAR, "call-unknown")


def test_a_password_step_counts_whatever_stands_around_it():
    assert counting_step("enable-user verify-email reset-password sign-out") == "reset-password"
    assert counting_step("set-temporary-password sign-out send-password") == "set-temporary-password"
    assert counting_step("sign-out") == ""


def test_nobody_is_read_for_rows_of_which_the_pool_shows_nothing():
    rows = judge_rows([begun_row(1, steps="sign-out", action="", step_state=""), begun_row(2)], [])
    assert to_look_up(rows)["identifier"].tolist() == ["user-2"]
    assert rows["stage"].tolist() == [Stage.IN_FORCE, Stage.VANISHED]


def test_a_run_without_a_row_that_is_done_is_empty():
    assert tally(judge_rows([], [])).total == 0


STEPS = ["reset-password sign-out", "sign-out", "verify-email verify-phone", *actions()]
ROWS = st.tuples(
    st.sampled_from(STEPS),
    st.sampled_from(["done", "unknown", ""]),
    st.one_of(st.none(), st.sampled_from([status.value for status in UserStatus])),
    st.booleans(),
    st.floats(-DAY, 9 * DAY),
    st.integers(1, 3),
    st.sampled_from(["red", "blue", "(nothing)"]),
    st.sampled_from(["CONFIRMED, enabled", "RESET_REQUIRED, enabled", "FORCE_CHANGE_PASSWORD, enabled"]),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(ROWS, max_size=30))
def test_stages_part_the_rows_and_every_grouping_adds_up(drawn):
    rows, users = [], []
    for number, (steps, state, status, enabled, seconds, wave, group, before) in enumerate(drawn, 1):
        step = counting_step(steps) if state else ""
        rows.append(
            begun_row(
                number, steps=steps, step_state=state, action=step, wave=wave, group=group, state=before
            )
        )
        if status is not None:
            users.append(after(number, status, seconds, enabled=enabled))
    found = judge_rows(rows, users)
    whole = tally(found)
    assert whole.total == len(rows)
    assert set(found["stage"]) <= set(Stage)
    assert whole.left + whole.of(Stage.CHANGED) + whole.of(Stage.UNCLEAR) == whole.awaited
    for column in ("wave", "step", "group"):
        added: Counter[Stage] = Counter()
        for part in tallies(found, column).values():
            added.update(part.stages)
        assert dict(added) == dict(whole.stages)
    # Judged among others or alone, a row is the same.
    for number, row in enumerate(rows[:5]):
        alone = judge_rows([row], users).iloc[0]
        assert (alone["stage"], alone["reason"]) == tuple(found.iloc[number][["stage", "reason"]])
