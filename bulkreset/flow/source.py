"""Where a plan learns about the pool and its account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import pandas as pd

from bulkreset.account import Medium, MessageLimit
from bulkreset.errors import Refused
from bulkreset.flow.kept import limits_json, quotas_json
from bulkreset.flow.rates import Rates
from bulkreset.planning.selection import Selection, selected_offline
from bulkreset.planning.snapshot import Snapshot
from bulkreset.planning.summary import Estimate
from bulkreset.pool import PasswordPolicy, PoolFacts
from bulkreset.preflight.base import Finding
from bulkreset.preflight.findings import findings_json
from bulkreset.settings.environment import Environment
from bulkreset.settings.people import People
from bulkreset.settings.select import Select


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a plan keeps of the account: who planned, the quotas drawn from, and what may be sent.

    `spent` is how many messages this machine knows to be sent today. `findings` are those of preflight, None
    where nothing was looked at; so is `password_policy`, which the plan needs and does not keep.
    """

    identity: Mapping[str, str]
    quotas: Mapping[str, Mapping[str, object]]
    limits: tuple[MessageLimit, ...]
    spent: Mapping[Medium, int]
    findings: tuple[Finding, ...] | None = None
    password_policy: PasswordPolicy | None = None

    def as_meta(self) -> dict[str, object]:
        """As it is kept in the run file."""
        return {
            "account": dict(self.identity),
            "quotas": dict(self.quotas),
            "message_limits": limits_json(self.limits),
            "messages_spent": {medium.value: count for medium, count in self.spent.items()},
            **({} if self.findings is None else {"findings": findings_json(self.findings)}),
        }


class PoolSource(Protocol):
    """A pool to plan for. `calls` counts what reading it took, by operation.

    `origin` is what the plan keeps of where the users come from, other than the pool itself.
    """

    rates: Rates
    origin: Mapping[str, object]

    @property
    def calls(self) -> Mapping[str, int]: ...
    def users(self, rows: pd.DataFrame) -> Snapshot: ...
    def select(self, select: Select, not_in: pd.DataFrame | None) -> Selection: ...
    def protected(self, people: People) -> frozenset[str]: ...
    def account(self, cost: Estimate) -> AccountFacts: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class SavedPool:
    """A pool as a snapshot has it. Nothing is asked: what the account may send is checked at apply."""

    def __init__(
        self, snapshot: Snapshot, environment: Environment, origin: Mapping[str, object] | None = None
    ) -> None:
        self.rates = Rates(environment)
        self.origin = origin or {}
        self.calls: Counter[str] = Counter()
        self._snapshot = snapshot

    @property
    def pool(self) -> PoolFacts:
        return self._snapshot.pool

    def users(self, rows: pd.DataFrame) -> Snapshot:
        del rows  # the snapshot has them all
        return self._snapshot

    def select(self, select: Select, not_in: pd.DataFrame | None) -> Selection:
        return selected_offline(self._snapshot, select, not_in)

    def protected(self, people: People) -> frozenset[str]:
        """Raises Refused for a group: a snapshot does not know who is in it."""
        if people.groups:
            raise Refused(
                f"a snapshot does not know who is in {', '.join(people.groups)}, and they are protected; "
                "plan without `--snapshot`, or protect the members as `users`"
            )
        return frozenset(people.users)

    def account(self, cost: Estimate) -> AccountFacts:
        identity = {"account_id": self._snapshot.pool.account_id, "caller": ""}
        return AccountFacts(identity, quotas_json(self.rates, cost), (), {})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass
