"""What changed from one plan to a later one."""

from __future__ import annotations

from bulkreset.planning.diff import Change, Decided, PlanDiff, PlannedUser, Setting, compare

READY = Decided("do", "ready", "reset-password sign-out")
DISABLED = Decided("skip", "disabled", "")
NOT_FOUND = Decided("block", "not-found", "")


def users(**decided):
    return [PlannedUser(f"{name}@example.com", name, what) for name, what in decided.items()]


def rows(before, after):
    return compare(before, after, {}, {})


def test_equal_plans_differ_in_nothing():
    same = users(ann=READY, ben=DISABLED)
    assert rows(same, list(reversed(same))) == PlanDiff((), (), 2)


def test_rows_that_are_decided_otherwise_are_counted_by_how_with_examples():
    before = users(ann=READY, ben=READY, cam=READY, dot=READY, eve=READY)
    after = users(ann=DISABLED, ben=DISABLED, cam=DISABLED, dot=DISABLED, eve=READY)
    found = rows(before, after)
    examples = ("ann@example.com", "ben@example.com", "cam@example.com")
    assert found.changes == (Change(READY, DISABLED, 4, examples),)
    assert found.unchanged == 1


def test_rows_that_came_and_went_are_told_apart():
    found = rows(users(ann=READY), users(ben=DISABLED))
    assert set(found.changes) == {
        Change(None, DISABLED, 1, ("ben@example.com",)),
        Change(READY, None, 1, ("ann@example.com",)),
    }


def test_other_steps_are_a_change_though_decision_and_reason_are_the_same():
    shorter = Decided("do", "ready", "reset-password")
    (change,) = rows(users(ann=READY), users(ann=shorter)).changes
    assert str(change.before) == "do (ready: reset-password, sign-out)"
    assert str(change.after) == "do (ready: reset-password)"


def test_a_user_is_the_same_under_another_identifier():
    before = [PlannedUser("ann@example.com", "u-1", READY)]
    after = [PlannedUser("u-1", "u-1", READY)]
    assert rows(before, after).unchanged == 1


def test_a_user_who_was_not_found_before_is_known_by_the_identifier():
    before = [PlannedUser("ann", "", NOT_FOUND)]
    after = [PlannedUser("ann", "ann", READY)]
    assert rows(before, after).changes == (Change(NOT_FOUND, READY, 1, ("ann",)),)


def test_a_user_in_several_rows_is_compared_row_by_row():
    twice = [PlannedUser("ann", "ann", READY), PlannedUser("ann", "ann", DISABLED)]
    assert rows(twice, twice).unchanged == 2
    assert rows(twice, twice[:1]).changes == (Change(DISABLED, None, 1, ("ann",)),)


def test_settings_that_are_other_ones_are_named_by_their_path():
    before = {
        "job": {"goal": "force-reset", "policy": {"disabled": "skip"}},
        "environment": {"caps": {"max": 1}},
    }
    after = {
        "job": {"goal": "force-reset", "policy": {"disabled": "skip", "federated": "skip"}},
        "environment": {},
    }
    found = compare([], [], before, after)
    assert found.settings == (
        Setting("environment.caps.max", 1, None),
        Setting("job.policy.federated", None, "skip"),
    )
