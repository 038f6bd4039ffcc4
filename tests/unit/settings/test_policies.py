from __future__ import annotations

import pytest

from bulkreset.settings.policies import PolicyProblem, resolve_override, resolve_policy


def test_defaults_fill_what_is_not_given(goal_keys) -> None:
    values, problems = resolve_policy("verify-contact", {}, goal_keys)
    assert values == {"contact": "email"}
    assert problems == ()


def test_every_problem_is_found_and_the_default_stands_in(goal_keys) -> None:
    given = {"unverified": 5, "protected": ["a", 1, ""], "unverifed": "skip", "sign_out": "none"}
    values, problems = resolve_policy("force-reset", given, goal_keys)
    assert [problem.path for problem in problems] == [
        ("unverified",),
        ("protected", 1),
        ("protected", 2),
        ("unverifed",),
    ]
    assert [problem.of_key for problem in problems] == [False, False, False, True]
    assert values["unverified"] == "block"
    assert values["protected"] == ()
    assert values["sign_out"] == "none"


@pytest.mark.parametrize(
    ("text", "epoch_seconds"),
    [
        ("2026-11-20T22:00:00Z", 1795212000.0),
        ("2026-11-20T23:00:00+01:00", 1795212000.0),
        ("2026-11-20 22:00:00.5Z", 1795212000.5),
        ("2026-11-20T22:00Z", 1795212000.0),
    ],
)
def test_moments_are_epoch_seconds(goal_keys, text: str, epoch_seconds: float) -> None:
    values, problems = resolve_policy("force-reset", {"not_changed_since": text}, goal_keys)
    assert values["not_changed_since"] == epoch_seconds
    assert not problems


def test_a_moment_may_be_left_empty(goal_keys) -> None:
    assert resolve_policy("force-reset", {"not_changed_since": None}, goal_keys).problems == ()


@pytest.mark.parametrize("written", ["2026-11-20", "2026-11-20T22:00:00"])
def test_a_moment_without_offset_is_refused_with_the_offset_to_add(goal_keys, written: str) -> None:
    (problem,) = resolve_policy("force-reset", {"not_changed_since": written}, goal_keys).problems
    assert "`2026-11-20T22:00:00Z`" in problem.advice or "`2026-11-20T00:00:00Z`" in problem.advice


@pytest.mark.parametrize("written", [1795212000, True, [], "2026-13-01T00:00:00Z", "soon"])
def test_what_is_no_moment_is_refused(goal_keys, written: object) -> None:
    (problem,) = resolve_policy("force-reset", {"not_changed_since": written}, goal_keys).problems
    assert problem.advice == "write for example `not_changed_since: 2026-11-20T22:00:00Z`"


def test_an_override_is_resolved_by_itself(goal_keys) -> None:
    assert resolve_override("force-reset", "unverified", "skip", goal_keys) == "skip"
    assert (
        resolve_override("force-reset", "not_changed_since", "2026-11-20T22:00Z", goal_keys) == 1795212000.0
    )


@pytest.mark.parametrize(
    ("name", "text", "message", "advice"),
    [
        ("unverifed", "skip", "unknown policy key", "did you mean `unverified`?"),
        ("contact", "email", "unknown policy key", "remove it, it is a policy of `verify-contact`"),
        ("unverified", "skp", '`unverified` cannot be "skp"', "did you mean `skip`?"),
        (
            "protected",
            "admin",
            "`protected` cannot be set per row",
            "write `protected` under `policy:` in the job",
        ),
        ("not_changed_since", "", "`not_changed_since` must be a time", "write for example"),
    ],
)
def test_a_wrong_override_is_a_problem(goal_keys, name: str, text: str, message: str, advice: str) -> None:
    problem = resolve_override("force-reset", name, text, goal_keys)
    assert isinstance(problem, PolicyProblem)
    assert message in problem.message
    assert problem.advice.startswith(advice)
