"""Resolve: read from the pool what a plan needs to know."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from bulkreset.clock import Clock
from bulkreset.cognito.reading import read_users
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.access import Access, open_access
from bulkreset.planning.snapshot import Snapshot
from bulkreset.pool import PoolFacts
from bulkreset.settings.loading import LoadedJob

CONTACTS = frozenset({"email", "phone_number"})


def read_pool(
    loaded: LoadedJob, rows: pd.DataFrame, check: Callable[[PoolFacts], None], clock: Clock
) -> tuple[Snapshot, dict[str, int]]:
    """The users that valid manifest rows name, and how many calls of each operation that took.

    `check` may refuse the pool before its users are read. Raises Refused also where the pool cannot
    be reached: there is no run yet that could be resumed.
    """
    access = open_access(loaded.environment, clock)
    try:
        return _read(loaded, rows, check, clock, access), dict(access.client.calls)
    except Stopped as error:
        raise Refused(f"{error}; check endpoint_url, the network and the proxy") from error
    finally:
        access.directory.close()


def _read(
    loaded: LoadedJob, rows: pd.DataFrame, check: Callable[[PoolFacts], None], clock: Clock, access: Access
) -> Snapshot:
    pool = access.directory.pool()
    check(pool)
    aliases = CONTACTS & set(pool.alias_attributes)
    return read_users(access.directory, pool, rows, clock, read=loaded.job.read, shared=aliases)
