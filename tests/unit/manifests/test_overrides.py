from __future__ import annotations

import json

import pytest
from hypothesis import given, settings, strategies as st

from bulkreset.manifests.overrides import judge_by
from bulkreset.manifests.reading import read_manifest

HEADER = "email,goal,policy.unverified,policy.sign_out\n"


@pytest.mark.parametrize(
    ("cells", "overrides"),
    [
        (",,", ""),
        (" , ,", ""),
        ("sign-out,,", '{"goal":"sign-out"}'),
        (",skip,", '{"policy":{"unverified":"skip"}}'),
        (
            "force-reset, skip ,none",
            '{"goal":"force-reset","policy":{"sign_out":"none","unverified":"skip"}}',
        ),
    ],
)
def test_overrides_are_canonical_json(read, cells, overrides):
    rows = read("users.csv", f"{HEADER}a@b,{cells}\nc@d,,\n").rows
    assert rows["overrides"].iloc[0] == overrides
    assert rows["problem"].iloc[0] == ""


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("sign-oft,,", "unknown goal `sign-oft`; did you mean `sign-out`?"),
        (",skipp,", "`skip`"),
        ("sign-out,skip,", "policy of `force-reset`"),
        (",skipp,nome", "; also "),
    ],
)
def test_a_wrong_override_is_a_problem_of_its_rows_alone(read, cells, words):
    rows = read("users.csv", f"{HEADER}a@b,{cells}\nc@d,,,\n").rows
    assert words in rows["problem"].iloc[0]
    assert rows["problem"].iloc[1] == ""


def test_a_wrong_override_is_kept_as_it_is_written(read):
    """A manifest made of such rows must not ask for the goal of its job instead."""
    rows = read("users.csv", f"{HEADER}a@b,sign-oft,skipp,\n").rows
    assert rows["problem"].iloc[0] != ""
    assert json.loads(rows["overrides"].iloc[0]) == {"goal": "sign-oft", "policy": {"unverified": "skipp"}}


def test_a_policy_key_is_judged_by_the_goal_of_the_row(read):
    text = f"{HEADER}a@b,force-reset,skip,\nc@d,,skip,\n"
    problems = read("users.csv", text, goal="sign-out").rows["problem"].tolist()
    assert problems[0] == ""
    assert "of goal sign-out" in problems[1]


def test_a_list_of_names_cannot_be_given_per_row(read):
    problem = read("users.csv", "email,policy.protected\na@b,bob\n").rows["problem"].iloc[0]
    assert "cannot be set per row" in problem


def test_a_time_can_be_given_per_row(read):
    rows = read("users.csv", "email,policy.not_changed_since\na@b,2026-11-20T22:00:00Z\nc@d,yesterday\n").rows
    assert json.loads(rows["overrides"].iloc[0]) == {"policy": {"not_changed_since": "2026-11-20T22:00:00Z"}}
    assert "yesterday" in rows["problem"].iloc[1]


def test_everything_wrong_with_a_row_is_told_at_once(read):
    problem = read("users.csv", "email,goal\nfoo,nothing\n").rows["problem"].iloc[0]
    assert problem.startswith("email 'foo' has no @; write name@domain; also unknown goal `nothing`")


def test_each_distinct_combination_is_judged_once(goal_keys, monkeypatch, read):
    judged = []

    def counting(keys, goal):
        judge = judge_by(keys, goal)
        return lambda given: judged.append(dict(given)) or judge(given)

    monkeypatch.setattr("bulkreset.manifests.reading.judge_by", counting)
    read("users.csv", "email,goal\n" + "a@b,sign-out\nc@d,force-reset\ne@f,\n" * 50)
    assert judged == [{"goal": "sign-out"}, {"goal": "force-reset"}]


CELL = st.sampled_from(["", "sign-out", "force-reset", "nothing"])
POLICY = st.sampled_from(["", "skip", "block", "nothing"])


@settings(deadline=None)
@given(st.lists(st.tuples(CELL, POLICY), min_size=1, max_size=20))
def test_every_row_keeps_its_own_overrides(tmp_path_factory, goal_keys, rows):
    path = tmp_path_factory.mktemp("overrides") / "users.csv"
    path.write_text(
        "email,goal,policy.unverified\n" + "".join(f"a@b,{goal},{value}\n" for goal, value in rows)
    )
    (chunk,) = read_manifest(path, goal_keys, "force-reset")
    judge = judge_by(goal_keys, "force-reset")
    for (goal, value), text, problem in zip(
        rows, chunk.rows["overrides"], chunk.rows["problem"], strict=True
    ):
        given_cells = {"goal": goal, "policy.unverified": value}
        expected = {key: cell for key, cell in given_cells.items() if cell}
        assert problem == judge(expected)
        if not problem:
            read_back = json.loads(text or "{}")
            assert read_back.get("goal", "") == goal
            assert read_back.get("policy", {}).get("unverified", "") == value
