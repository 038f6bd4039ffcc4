"""Reading the pool for a follow-up: the cheapest read of the users, which bills nobody."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bulkreset.clock import Clock
from bulkreset.cognito.reading import read_users
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.access import Access, open_access
from bulkreset.planning.snapshot import users_frame
from bulkreset.settings.environment import Environment


@dataclass(frozen=True, slots=True)
class Seen:
    """The users that were found, how they were read, and how long temporary passwords are good in the pool.

    `at` is the time by AWS's clock, in epoch seconds, before the first was read.
    """

    users: pd.DataFrame
    read: str
    valid_days: int
    at: float


def nobody_seen(now: float) -> Seen:
    """What is seen where there is nobody to look for: the pool is not asked."""
    return Seen(users_frame(()), "nobody was read", 0, now)


def seen_now(environment: Environment, wanted: pd.DataFrame, read: str, clock: Clock) -> Seen:
    """The users whom `wanted` names by `kind` and `identifier`. Raises Refused where they cannot be read."""
    access = open_access(environment, clock)
    try:
        return _seen(access, environment, wanted, read, clock)
    except Stopped as error:
        raise Refused(f"{error}; check endpoint_url, the network and the proxy") from error
    finally:
        access.close()


def _seen(access: Access, environment: Environment, wanted: pd.DataFrame, read: str, clock: Clock) -> Seen:
    pool, settings = access.directory.pool_and_settings()
    access.share_with_others(environment, pool)
    now = access.now()
    # `get` would bill every user, and tells nothing more that a follow-up asks for.
    how = "auto" if read == "get" else read
    found = read_users(access.directory, pool, wanted, clock, read=how, shared=frozenset())
    told = "a scan of the pool" if found.whole_pool else "looked up one by one"
    return Seen(found.users, told, settings.temporary_password_days, now)
