"""Whom nobody may touch: whom the job protects, and whom the environment protects from every job."""

from __future__ import annotations

from bulkreset.settings.consent import PRIVILEGED
from bulkreset.settings.environment import Environment
from bulkreset.settings.job import Job
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


def privileged_people(environment: Environment) -> People:
    """Whom the environment protects from every job."""
    return People(environment.protected.users, environment.protected.groups)


def protected_people(environment: Environment, job: Job) -> People:
    """All whom a job must not touch: its own, and the environment's unless it consents to touch those."""
    own = people_of(job.policy.get("protected"))
    return own if PRIVILEGED in job.consent else privileged_people(environment).and_also(own)
