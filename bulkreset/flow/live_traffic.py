"""Yielding to live users: what AWS counts of everybody's calls, brought to the gate that heeds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from bulkreset.cognito.account.asking import Unreadable
from bulkreset.cognito.account.live_traffic import LiveTraffic, Traffic
from bulkreset.execution.gates.live_traffic import LiveTrafficGate
from bulkreset.flow.access import Access
from bulkreset.ledger.journal import Journal
from bulkreset.rates.quotas import CATEGORY_OF_OPERATION


def live_traffic_gate(access: Access, journal: Journal) -> LiveTrafficGate:
    """The gate of one runner."""

    def limit(ceilings: Mapping[str, float]) -> Mapping[str, float]:
        access.rates.limit(ceilings)
        return access.regrant()

    return LiveTrafficGate(
        count=lambda: _counted(access),
        own_calls=lambda: _by_category(access.client.calls),
        quotas=access.quotas_in_use,
        granted=lambda: {name: access.rates.without_ceiling(name) for name in access.quotas_in_use()},
        limit=limit,
        log=journal,
        clock=access.clock,
        now=access.now,
    )


def _counted(access: Access) -> Mapping[str, Traffic] | str:
    try:
        return LiveTraffic(access.client.services).latest(list(access.quotas_in_use()), access.now())
    except Unreadable as error:
        return error.reason


def _by_category(calls: Counter[str]) -> dict[str, float]:
    counted: Counter[str] = Counter()
    for operation, count in calls.copy().items():
        counted[CATEGORY_OF_OPERATION[operation]] += count
    return dict(counted)
