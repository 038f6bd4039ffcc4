"""What a goal lets a job decide: its policy keys, declared by the goal and checked at the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from bulkreset.settings.people import People

PolicyValue = str | float | tuple[str, ...] | People | None
"""A choice, a moment in epoch seconds, a list of names, people by names and groups, or not set."""


class PolicyKind(Enum):
    """What may be written as the value of a policy key."""

    CHOICE = "one of the listed values"
    PEOPLE = "a list of user names, or `users` and `groups`"
    MOMENT = "a time such as 2026-11-20T22:00:00Z"


@dataclass(frozen=True, slots=True)
class PolicyKey:
    """One key under `policy:` in a job, or one `policy.*` column in a manifest."""

    name: str
    meaning: str
    kind: PolicyKind = PolicyKind.CHOICE
    values: tuple[str, ...] = ()
    default: PolicyValue = None


GoalKeys = Mapping[str, tuple[PolicyKey, ...]]
"""The policy keys of every known goal, by the goal's name."""
