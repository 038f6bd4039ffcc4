"""A pool as an environment gives access to it."""

from __future__ import annotations

from dataclasses import dataclass

from bulkreset.clock import Clock
from bulkreset.cognito.client import CognitoClient
from bulkreset.cognito.directory import Directory
from bulkreset.rates.limiter import Grant, Limiters
from bulkreset.settings.environment import Environment


@dataclass(frozen=True, slots=True)
class Access:
    """The client, the pace it keeps, and the pool as it can be read."""

    client: CognitoClient
    limiters: Limiters
    directory: Directory


def grant_of(environment: Environment, category: str) -> Grant:
    return Grant(category, environment.grant(category), environment.quota(category))


def open_access(environment: Environment, clock: Clock) -> Access:
    """Access to the environment's pool. Makes no call yet. Raises Refused without credentials."""
    client = CognitoClient(environment, clock)
    limiters = Limiters(lambda category: grant_of(environment, category), clock)
    return Access(client, limiters, Directory(client, environment.pool_id, limiters, clock))
