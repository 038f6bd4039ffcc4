"""Rows about one user: the first counts, unless they contradict each other."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories import directives, manifest_rows, snapshot, user

from bulkreset.errors import InputError
from bulkreset.planning.planner import plan_rows

MANIFEST = Path("jobs/users.csv")
ADA, BOB = user("ada"), user("bob")
SIGN_OUT = '{"goal":"sign-out"}'
VERIFY = '{"policy":{"unverified":"verify-email"}}'


def planned(*rows, **pool_changes):
    return plan_rows(manifest_rows(*rows), snapshot(ADA, BOB, **pool_changes), directives(), MANIFEST)


def row(identifier: str, overrides: str = "", kind: str = "username") -> dict[str, str]:
    return {"kind": kind, "identifier": identifier, "overrides": overrides}


def test_the_same_row_twice_is_done_once():
    plan = planned(row("ada"), row("bob"), row("ada"))

    assert plan["decision"].tolist() == ["do", "do", "skip"]
    assert plan["reason"].tolist() == ["ready", "ready", "duplicate-row"]
    assert plan["steps"].tolist()[2] == ""


def test_two_identifiers_of_one_user_are_one_user():
    plan = planned(
        row("ada@example.com", kind="email"), row("sub-of-ada", kind="sub"), row("ADA"), row("bob")
    )

    assert plan["reason"].tolist() == ["ready", "duplicate-row", "duplicate-row", "ready"]


def test_a_row_twice_about_nobody_is_blocked_once():
    plan = planned(row("nobody"), row("nobody"))

    assert plan["reason"].tolist() == ["not-found", "duplicate-row"]


def test_two_people_who_are_not_found_are_two():
    assert planned(row("nobody"), row("no-one"))["reason"].tolist() == ["not-found", "not-found"]


def test_an_unknown_name_is_not_the_same_as_an_unknown_sub():
    assert planned(row("x"), row("x", kind="sub"))["reason"].tolist() == ["not-found", "not-found"]


def test_a_name_that_looks_like_another_users_key_is_not_mixed_up_with_it():
    """Rows without a user must never be counted as rows of a user of that name."""
    plan = planned(row("ada"), row("ada", kind="sub"))

    assert plan["reason"].tolist() == ["ready", "not-found"]


def test_equal_wishes_do_not_contradict_each_other():
    plan = planned(row("ada", SIGN_OUT), row("ada@example.com", SIGN_OUT, kind="email"))

    assert plan["reason"].tolist() == ["ready", "duplicate-row"]
    assert plan["steps"].tolist() == ["sign-out", ""]


def test_contradicting_rows_are_refused_with_both_lines():
    with pytest.raises(InputError) as refused:
        planned(row("bob"), row("ada"), row("ada@example.com", SIGN_OUT, kind="email"))

    (problem,) = refused.value.problems
    assert problem.file == MANIFEST
    assert problem.line == 4
    assert "line 3" in problem.message
    assert "ada@example.com" in problem.message
    assert problem.advice == "keep one of them"


def test_all_contradictions_are_shown_together():
    with pytest.raises(InputError) as refused:
        planned(
            row("ada"), row("bob"), row("ada", SIGN_OUT), row("bob", VERIFY), row("ada", VERIFY), row("ada")
        )

    assert sorted(problem.line for problem in refused.value.problems) == [4, 5, 6]
    assert {("line 2" in problem.message, problem.line) for problem in refused.value.problems} == {
        (True, 4),
        (False, 5),
        (True, 6),
    }


def test_rows_of_different_users_may_ask_for_different_things():
    assert planned(row("ada"), row("bob", SIGN_OUT))["steps"].tolist() == [
        "reset-password sign-out",
        "sign-out",
    ]


def test_rows_about_nobody_may_not_contradict_each_other_either():
    with pytest.raises(InputError):
        planned(row("nobody"), row("nobody", SIGN_OUT))


def test_saying_what_the_job_says_anyway_is_no_contradiction():
    plan = planned(
        row("ada"), row("ada", '{"goal":"force-reset"}'), row("ada", '{"policy":{"disabled":"skip"}}')
    )

    assert plan["reason"].tolist() == ["ready", "duplicate-row", "duplicate-row"]
