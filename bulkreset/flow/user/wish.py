"""What an administrator wants for one user: a goal with its policy, as a job of one row would have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bulkreset.goals.base import Policy
from bulkreset.goals.registry import policy_keys
from bulkreset.settings.policies import resolve_policy
from bulkreset.users import UserStatus


@dataclass(frozen=True, slots=True)
class Wish:
    """`command` is what was called. `policy` holds only what differs from the goal's defaults.

    `consent` names hazards that are taken knowingly. `reads_mfa`: the user is read in full, and billed.
    `only_for`: the one status in which it means anything.
    """

    command: str
    goal: str
    policy: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    consent: tuple[str, ...] = ()
    reads_mfa: bool = False
    only_for: UserStatus | None = None


def whole_policy(goal: str, given: Mapping[str, str]) -> Policy:
    """A value for every policy key of the goal."""
    return resolve_policy(goal, given, policy_keys()).values
