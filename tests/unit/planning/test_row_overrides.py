"""What a row asks for by itself: another goal, or another policy, within what the job protects."""

from __future__ import annotations

from pathlib import Path

from factories import directives, manifest_rows, snapshot, user

from bulkreset.planning.planner import plan_rows

UNVERIFIED = user("eve", email_verified=False)
USERS = [user("ada"), user("bob"), UNVERIFIED, user("off", enabled=False)]


def planned(*rows: tuple[str, str], goal="force-reset", **given):
    frame = manifest_rows(*({"identifier": name, "overrides": overrides} for name, overrides in rows))
    return plan_rows(frame, snapshot(*USERS), directives(goal, **given), Path("users.csv"))


def test_a_row_may_have_another_policy_than_the_job():
    plan = planned(("eve", '{"policy":{"unverified":"verify-email"}}'), ("ada", ""))

    assert plan["steps"].tolist() == ["verify-email reset-password sign-out", "reset-password sign-out"]


def test_rows_in_the_same_state_with_different_wishes_are_told_apart():
    plan = planned(("ada", ""), ("bob", '{"policy":{"sign_out":"none"}}'))

    assert plan["steps"].tolist() == ["reset-password sign-out", "reset-password"]


def test_a_rows_policy_adds_to_the_jobs():
    plan = planned(
        ("eve", '{"policy":{"unverified":"verify-email"}}'), ("off", '{"policy":{"sign_out":"none"}}'),
        sign_out="none", disabled="enable-first",
    )  # fmt: skip

    assert plan["steps"].tolist() == ["verify-email reset-password", "enable-user reset-password"]


def test_a_row_may_ask_for_less_than_the_job():
    plan = planned(("eve", '{"policy":{"unverified":"block"}}'), unverified="verify-email")

    assert plan["reason"].tolist() == ["no-verified-contact"]


def test_a_row_may_have_another_goal():
    plan = planned(("ada", '{"goal":"sign-out"}'), ("eve", '{"goal":"verify-contact"}'), ("bob", ""))

    assert plan["steps"].tolist() == ["sign-out", "verify-email", "reset-password sign-out"]


def test_another_goal_starts_from_its_own_defaults():
    """`disabled: enable-first` of a reset says nothing about what a sign-out should do."""
    plan = planned(("off", '{"goal":"sign-out"}'), disabled="enable-first")

    assert plan["reason"].tolist() == ["disabled"]


def test_another_goal_takes_the_rows_policy():
    plan = planned(("off", '{"goal":"sign-out","policy":{"disabled":"sign-out"}}'))

    assert plan["steps"].tolist() == ["sign-out"]


def test_naming_the_jobs_own_goal_keeps_the_jobs_policy():
    plan = planned(("eve", '{"goal":"force-reset"}'), unverified="verify-email")

    assert plan["steps"].tolist() == ["verify-email reset-password sign-out"]


def test_whom_the_job_protects_no_row_can_touch():
    plan = planned(
        ("ada", '{"goal":"sign-out"}'),
        ("bob", '{"policy":{"sign_out":"none"}}'),
        ("eve", '{"goal":"verify-contact","policy":{"unconfirmed":"verify"}}'),
        protected=["ada", "bob@example.com", "sub-of-eve"],
    )

    assert plan["reason"].tolist() == ["protected"] * 3
    assert plan["decision"].tolist() == ["block"] * 3


def test_a_row_may_have_its_own_incident():
    late = '{"policy":{"not_changed_since":"2030-01-01T00:00:00Z"}}'
    early = '{"policy":{"not_changed_since":"2000-01-01T00:00:00Z"}}'

    assert planned(("ada", late), ("bob", early), ("eve", ""))["reason"].tolist() == [
        "ready",
        "changed-since",
        "no-verified-contact",
    ]
