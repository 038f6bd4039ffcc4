"""What a row asks for other than its job does: its own goal, or its own policy.

Distinct combinations are few, so each is judged once and mapped over the rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from bulkreset.manifests.columns import GOAL, POLICY_PREFIX, Columns
from bulkreset.settings.policies import PolicyProblem, resolve_override
from bulkreset.settings.policy import GoalKeys
from bulkreset.settings.words import advice_on_name, shortened

ALSO = "; also "

Judge = Callable[[Mapping[str, str]], str]
"""What is wrong with the overrides of a row, by column name; "" when nothing is."""


@dataclass(frozen=True, slots=True, eq=False)
class Overridden:
    """`overrides` is canonical JSON, "" where a row has none."""

    overrides: pd.Series[str]
    problem: pd.Series[str]


def override(frame: pd.DataFrame, columns: Columns, judge: Judge) -> Overridden:
    """The overrides of each row and what is wrong with them."""
    nothing = pd.Series("", frame.index, dtype="str")
    given = pd.DataFrame({meaning: frame[name].str.strip() for meaning, name in columns.overrides.items()})
    given = given.loc[:, (given != "").any()]
    if given.empty:
        return Overridden(nothing, nothing)
    combination = given.groupby(list(given.columns), sort=False).ngroup()
    distinct = [
        {str(meaning): str(value) for meaning, value in row.items() if value}
        for row in given.loc[~combination.duplicated()].to_dict("records")
    ]
    texts = pd.Series([_as_json(row) for row in distinct], dtype="str")
    problems = pd.Series([judge(row) if row else "" for row in distinct], dtype="str")
    return Overridden(combination.map(texts), combination.map(problems))


def judge_by(goal_keys: GoalKeys, job_goal: str) -> Judge:
    """The judge for rows of a job with this goal."""

    def judge(given: Mapping[str, str]) -> str:
        goal = given.get(GOAL, job_goal)
        if goal not in goal_keys:
            return f"unknown goal `{shortened(goal)}`; {advice_on_name(goal, goal_keys)}"
        found = (
            resolve_override(goal, meaning.removeprefix(POLICY_PREFIX), text, goal_keys)
            for meaning, text in given.items()
            if meaning != GOAL
        )
        wrong = [
            f"{problem.message}; {problem.advice}" for problem in found if isinstance(problem, PolicyProblem)
        ]
        return ALSO.join(wrong)

    return judge


def _as_json(given: Mapping[str, str]) -> str:
    if not given:
        return ""
    policy = {key.removeprefix(POLICY_PREFIX): value for key, value in given.items() if key != GOAL}
    goal = {GOAL: given[GOAL]} if GOAL in given else {}
    value = goal | {"policy": policy} if policy else goal
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
