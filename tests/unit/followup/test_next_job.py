"""The job for who is left, held against the decision tables that it will be planned with."""

from __future__ import annotations

import json

import pytest
from factories import policy, snapshot
from followups import CALLED_AT, CIRCUMSTANCES, DAY, after, begun_row, judge_rows

from bulkreset.errors import InputError
from bulkreset.followup import next_job
from bulkreset.followup.next_job import ESCALATIONS, Former
from bulkreset.goals.registry import goals, policy_keys
from bulkreset.planning.directives import Directives
from bulkreset.planning.planner import plan_rows
from bulkreset.planning.selection import rows_of
from bulkreset.settings.policies import resolve_policy

TEMPORARY = {"steps": "set-temporary-password sign-out", "action": "set-temporary-password"}
INVITED = {"steps": "resend-invitation", "action": "resend-invitation"}


READ_AT = CIRCUMSTANCES.read_at


def reminder(rows, former):
    return next_job.reminder(rows, former, READ_AT)


def escalation(rows, former, to):
    return next_job.escalation(rows, former, to, READ_AT)


def former(goal="force-reset", *, admin_only=False, hands_out=True, **given):
    return Former(goal, policy(goal, **given), admin_only, hands_out)


def wishes_of(job, place):
    """The overrides of one row, as the manifest's reader gives them."""
    cells = {name.removeprefix("policy."): series.iloc[place] for name, series in job.overrides.items()}
    given = {key: cell for key, cell in cells.items() if cell}
    return json.dumps({"policy": given}) if given else ""


def planned(job, users, tmp_path, **pool):
    """What the table plans for the job's rows, by username."""
    rows = rows_of(job.rows["username"].tolist(), 1)
    given = {key: value for key, value in job.policy.items() if value is not None}
    resolved = resolve_policy(job.goal, given, policy_keys())
    assert not resolved.problems
    rows["overrides"] = [wishes_of(job, place) for place in range(len(rows))]
    directives = Directives(job.goal, resolved.values, goals())
    plan = plan_rows(rows, snapshot(*users, **pool), directives, tmp_path / "left.csv")
    return {row.username: (row.decision, row.reason) for row in plan.itertuples()}


def test_a_reminder_sends_a_new_code_to_exactly_those_who_are_left(tmp_path):
    users = [after(1, "CONFIRMED", 60), after(2, "RESET_REQUIRED"), after(3, "RESET_REQUIRED", enabled=False)]
    job = reminder(judge_rows([begun_row(n) for n in (1, 2, 3, 4)], users), former())
    assert job.goal == "force-reset"
    assert planned(job, users, tmp_path) == {"user-2": ("do", "send-again")}


def test_who_changes_it_between_the_follow_up_and_the_plan_is_left_alone(tmp_path):
    rows = judge_rows([begun_row(1), begun_row(2)], [after(1, "RESET_REQUIRED"), after(2, "RESET_REQUIRED")])
    now = [after(1, "RESET_REQUIRED"), after(2, "CONFIRMED", 2 * DAY)]
    assert planned(reminder(rows, former()), now, tmp_path)["user-2"] == ("skip", "changed-since")
    assert planned(escalation(rows, former(), "disable"), now, tmp_path) == {
        "user-1": ("do", "ready"),
        "user-2": ("skip", "changed-since"),
    }


def test_a_list_that_lags_behind_does_not_have_a_reminder_reset_who_has_changed_it(tmp_path):
    rows = judge_rows(
        [begun_row(1), begun_row(2)], [after(1, "RESET_REQUIRED"), after(2, "RESET_REQUIRED", 900)]
    )
    changed_before_the_read = [after(1, "CONFIRMED", 30), after(2, "RESET_REQUIRED", 900)]
    assert planned(reminder(rows, former()), changed_before_the_read, tmp_path)["user-1"] == (
        "skip",
        "changed-since",
    )


def test_a_reminder_of_temporary_passwords_gives_new_ones_as_the_run_did(tmp_path):
    users = [
        after(1, "FORCE_CHANGE_PASSWORD"),
        after(2, "FORCE_CHANGE_PASSWORD", 60),
        after(3, "CONFIRMED", 60),
    ]
    rows = judge_rows([begun_row(n, **TEMPORARY) for n in (1, 2, 3)], users)
    job = reminder(rows, former("temporary-password"))
    assert (job.goal, job.sets_passwords) == ("temporary-password", True)
    assert planned(job, users, tmp_path) == {"user-1": ("do", "give-again"), "user-2": ("do", "give-again")}
    later = [*users[:1], after(2, "CONFIRMED", 5 * DAY)]
    assert planned(job, later, tmp_path)["user-2"] == ("skip", "changed-since")


def test_who_was_invited_is_invited_again_and_who_cannot_be_is_given_a_password(tmp_path):
    nobody_to_write_to = after(2, "FORCE_CHANGE_PASSWORD", email="")
    users = [after(1, "FORCE_CHANGE_PASSWORD"), nobody_to_write_to]
    rows = judge_rows([begun_row(1, **INVITED), begun_row(2, **INVITED)], users)
    job = reminder(rows, former("temporary-password"))
    assert planned(job, users, tmp_path) == {
        "user-1": ("do", "resend-invitation"),
        "user-2": ("do", "give-again"),
    }
    alone = reminder(rows, former("temporary-password", hands_out=False))
    assert alone.rows["username"].tolist() == ["user-1"]
    assert (alone.left_out, alone.sets_passwords) == (1, False)


def test_where_only_administrators_recover_a_reset_becomes_a_temporary_password(tmp_path):
    users = [after(1, "RESET_REQUIRED")]
    rows = judge_rows([begun_row(1)], users)
    job = reminder(rows, former("temporary-password", admin_only=True))
    assert job.goal == "temporary-password"
    assert planned(job, users, tmp_path, recovery=("admin_only",)) == {"user-1": ("do", "reset-was-required")}


@pytest.mark.parametrize("to", ESCALATIONS)
def test_an_escalation_plans_everybody_who_is_left(to, tmp_path):
    users = [
        after(1, "RESET_REQUIRED"),
        after(2, "FORCE_CHANGE_PASSWORD", 300),
        after(3, "CONFIRMED", 5),
        after(4, "CONFIRMED", 600),
    ]
    scrambled = begun_row(3, steps="scramble-password", action="scramble-password")
    rows = judge_rows([begun_row(1), begun_row(2, **TEMPORARY), scrambled, begun_row(4)], users)
    decided = planned(escalation(rows, former(), to), users, tmp_path)
    assert {name: decision for name, (decision, _) in decided.items()} == dict.fromkeys(
        ("user-1", "user-2", "user-3"), "do"
    )


def test_protected_people_stay_protected_under_another_goal(tmp_path):
    users = [after(1, "RESET_REQUIRED"), after(2, "RESET_REQUIRED")]
    rows = judge_rows([begun_row(1), begun_row(2)], users)
    job = escalation(rows, former(protected=("user-2",), unverified="verify-email"), "disable")
    assert "unverified" not in job.policy
    assert planned(job, users, tmp_path)["user-2"] == ("block", "protected")


def test_nobody_left_makes_no_job():
    rows = judge_rows([begun_row(1)], [after(1, "CONFIRMED", 60)])
    with pytest.raises(InputError, match="nobody is left"):
        reminder(rows, former())
    with pytest.raises(InputError, match="nobody is left"):
        escalation(rows, former(), "disable")


def test_after_a_scramble_there_is_nothing_to_send():
    row = begun_row(1, steps="scramble-password", action="scramble-password")
    rows = judge_rows([row], [after(1, "CONFIRMED", 2)])
    with pytest.raises(InputError, match="can be reminded"):
        reminder(rows, former("scramble", hands_out=False))


def test_passwords_that_nobody_could_hand_out_are_not_set():
    rows = judge_rows([begun_row(1)], [after(1, "RESET_REQUIRED")])
    with pytest.raises(InputError, match="--recipient"):
        escalation(rows, former(hands_out=False), "temporary-password")


@pytest.mark.parametrize("to", ["disable", "temporary-password"])
def test_who_changes_it_while_others_are_still_read_is_left_alone(to, tmp_path):
    """One is read at once, another minutes later and was changed meanwhile, by whatever."""
    during = READ_AT - CALLED_AT
    rows = judge_rows(
        [begun_row(1), begun_row(2)], [after(1, "RESET_REQUIRED"), after(2, "RESET_REQUIRED", during + 300)]
    )
    job = escalation(rows, former(), to)
    unchanged = [after(1, "RESET_REQUIRED"), after(2, "RESET_REQUIRED", during + 300)]
    assert [decision for decision, _ in planned(job, unchanged, tmp_path).values()] == ["do", "do"]
    for seconds in (-10, 30, 300, 600):
        now = [after(1, "CONFIRMED", during + seconds), after(2, "CONFIRMED", during + 301)]
        assert set(planned(job, now, tmp_path).values()) == {("skip", "changed-since")}, seconds


def test_a_moment_is_never_before_what_was_seen():
    rows = judge_rows([begun_row(1)], [after(1, "RESET_REQUIRED", 0.1234567)])
    written = escalation(rows, former(), "disable").policy["not_changed_since"]
    read = resolve_policy("disable", {"not_changed_since": written}, policy_keys()).values[
        "not_changed_since"
    ]
    assert CALLED_AT + 0.1234567 < read < CALLED_AT + 0.1235
