"""Values as they are kept in a run file, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from bulkreset.account import Medium, MessageLimit
from bulkreset.actions.registry import actions
from bulkreset.flow.rates import Rates
from bulkreset.planning.summary import Estimate
from bulkreset.rates.quotas import EMAIL_SENDS


def selection_told(kept: Mapping[str, Any] | None) -> str:
    """Whom a run's job selected from the pool and how they were found, for people; "" for none."""
    if not kept:
        return ""
    return f"{kept['text']}: {kept['matched']:,} of {kept['looked_at']:,} users looked at ({kept['read']})"


def limits_json(limits: Iterable[MessageLimit]) -> list[dict[str, object]]:
    return [dataclasses.asdict(limit) for limit in limits]


def limits_from_json(kept: Iterable[Mapping[str, Any]] | None) -> tuple[MessageLimit, ...]:
    """Message limits; none of a run file that keeps none."""
    return tuple(
        MessageLimit(**{**limit, "medium": Medium(limit["medium"]), "warnings": tuple(limit["warnings"])})
        for limit in kept or ()
    )


def quotas_json(rates: Rates, cost: Estimate) -> dict[str, dict[str, object]]:
    """The quotas that a plan draws from, with where they were learnt and the share in force."""
    names = [time.category for time in cost.categories]
    if any(actions()[name].category == EMAIL_SENDS for name in cost.actions):
        names.append(EMAIL_SENDS)
    return {name: {**dataclasses.asdict(rates.quota(name)), "share": rates.share(name)} for name in names}
