"""What is wanted for each row: the job's goal and policy, after the row's own overrides."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bulkreset.goals.base import Goal, Policy
from bulkreset.planning.protection import people_of
from bulkreset.settings.policies import resolve_policy
from bulkreset.settings.policy import PolicyValue


@dataclass(frozen=True, slots=True)
class Directive:
    """What is wanted for a row."""

    goal: Goal
    policy: Policy


class Directives:
    """The directive of each distinct text of overrides that a manifest holds.

    A row that names another goal starts from that goal's defaults, but whom the job protects
    stays protected. `delivers`: passwords that are handed out are mailed, too. `protected` are the names of
    all who are, members of groups included; by default those whom the policy names.
    """

    def __init__(
        self,
        goal: str,
        policy: Policy,
        goals: Mapping[str, Goal],
        protected: Collection[str] | None = None,
        *,
        delivers: bool = False,
    ) -> None:
        self.delivers = delivers
        self.job = Directive(goals[goal], policy)
        names = people_of(policy.get("protected")).users if protected is None else protected
        self.protected = frozenset(names)
        self._goals = goals
        self._keys = {name: known.keys for name, known in goals.items()}
        self._by_text: dict[str, Directive] = {"": self.job}

    def of(self, overrides: str) -> Directive:
        """The directive for validated overrides: canonical JSON with `goal` and `policy`, or ""."""
        if overrides not in self._by_text:
            given = json.loads(overrides)
            goal = self._goals[given.get("goal", self.job.goal.name)]
            if goal is self.job.goal:
                base = dict(self.job.policy)
            else:
                base = {**self._resolved(goal, {}), "protected": self.job.policy["protected"]}
            wanted = self._resolved(goal, given.get("policy", {}))
            changes = {key: wanted[key] for key in given.get("policy", {})}
            self._by_text[overrides] = Directive(goal, base | changes)
        return self._by_text[overrides]

    def _resolved(self, goal: Goal, given: Mapping[str, object]) -> dict[str, PolicyValue]:
        return resolve_policy(goal.name, given, self._keys).values
