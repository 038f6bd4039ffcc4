"""Resolve: read from the pool and its account what a plan needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import pandas as pd

from bulkreset.clock import Clock
from bulkreset.cognito.account.identity import caller_of
from bulkreset.cognito.reading import read_users
from bulkreset.cognito.selecting import read_selected
from bulkreset.errors import Refused, Stopped
from bulkreset.flow.access import open_access
from bulkreset.flow.account import books, learn_message_limits, learn_quotas, spent_today
from bulkreset.flow.identity import identity_json
from bulkreset.flow.kept import quotas_json
from bulkreset.flow.letterhead import sending_pool
from bulkreset.flow.preflight import Known, preflight, refuse_goal
from bulkreset.flow.protection import members_of
from bulkreset.flow.source import AccountFacts
from bulkreset.planning.selection import Selection
from bulkreset.planning.snapshot import Snapshot
from bulkreset.planning.summary import Estimate
from bulkreset.pool import PoolFacts
from bulkreset.preflight.facts import PoolSettings
from bulkreset.preflight.findings import refuse_problems
from bulkreset.settings.loading import LoadedJob
from bulkreset.settings.people import People
from bulkreset.settings.select import Select

CONTACTS = frozenset({"email", "phone_number"})


class LivePool:
    """The pool itself, read while a plan is made. One that the goal refuses is so before its users are read.

    Raises Refused also where it cannot be reached: there is no run yet that could be resumed.
    """

    def __init__(self, loaded: LoadedJob, clock: Clock) -> None:
        self._loaded = loaded
        self._clock = clock
        self._access = open_access(loaded.environment, clock)
        self._folder: Path | None = None
        self._described: tuple[PoolFacts, PoolSettings] | None = None
        self.rates = self._access.rates
        self.origin: Mapping[str, object] = {}

    @property
    def calls(self) -> Mapping[str, int]:
        return self._access.client.calls

    def users(self, rows: pd.DataFrame) -> Snapshot:
        """The users that valid manifest rows name."""
        pool, aliases = self._begin()
        read = self._loaded.job.read
        return read_users(self._access.directory, pool, rows, self._clock, read=read, shared=aliases)

    def select(self, select: Select, not_in: pd.DataFrame | None) -> Selection:
        """The users who meet a job's criteria."""
        pool, aliases = self._begin()
        read, directory = self._loaded.job.read, self._access.directory
        return read_selected(directory, pool, select, not_in, self._clock, read=read, shared=aliases)

    def _begin(self) -> tuple[PoolFacts, frozenset[str]]:
        """The pool, found fit, and the contacts that are aliases in it."""
        pool, settings = self._described = self._access.directory.pool_and_settings()
        refuse_goal(self._access, Known(pool, settings), self._loaded.job)
        self._folder = self._access.share_with_others(self._loaded.environment, pool)
        return pool, CONTACTS & set(pool.alias_attributes)

    def protected(self, people: People) -> frozenset[str]:
        """The names of all who are protected, members of groups included."""
        return members_of(self._access.directory, people).union(people.users)

    def account(self, cost: Estimate) -> AccountFacts:
        """Who plans, and what the account allows of what the plan costs."""
        pool, settings = self._described or self._access.directory.pool_and_settings()
        environment, services = self._loaded.environment, self._access.client.services
        learn_quotas(self._access, environment, [time.category for time in cost.categories])
        mailing = sending_pool(pool, self._loaded.job)
        limits = learn_message_limits(self._access, environment, mailing, list(cost.messages_by_medium))
        caller = caller_of(services)
        spent = spent_today(limits, books(self._folder), self._access.now())
        known = Known(pool, settings, caller, limits, spent, [time.category for time in cost.categories])
        findings = preflight(self._access, known, self._loaded.job, cost)
        refuse_problems(findings)
        quotas = quotas_json(self.rates, cost)
        identity = identity_json(pool, caller)
        return AccountFacts(identity, quotas, limits, spent, findings, settings.password_policy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._access.close()
        if isinstance(error, Stopped):
            raise Refused(f"{error}; check endpoint_url, the network and the proxy") from error
