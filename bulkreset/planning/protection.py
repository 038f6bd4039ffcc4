"""Whom nobody may touch: whom the job protects, and whom the environment protects from every job."""

from __future__ import annotations

from collections.abc import Mapping

from bulkreset.settings.environment import Environment
from bulkreset.settings.people import People
from bulkreset.settings.policy import PolicyValue


def people_of(value: PolicyValue) -> People:
    """The people that a value of the policy key `protected` names, in either of its forms."""
    match value:
        case People():
            return value
        case tuple():
            return People(value)
        case _:
            return People()


def protected_people(environment: Environment, policy: Mapping[str, PolicyValue]) -> People:
    """All who are protected: a job adds to what the environment says, and cannot take from it."""
    standing = People(environment.protected.users, environment.protected.groups)
    return standing.and_also(people_of(policy.get("protected")))
