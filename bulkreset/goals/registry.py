"""All goals, by name, and their policy keys."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import bulkreset.goals
from bulkreset.goals.base import Goal
from bulkreset.plugins import declared
from bulkreset.settings.policy import GoalKeys


@cache
def goals() -> Mapping[str, Goal]:
    return {goal.name: goal for goal in declared(bulkreset.goals, "GOAL", Goal)}


@cache
def policy_keys() -> GoalKeys:
    return {name: goal.keys for name, goal in goals().items()}
