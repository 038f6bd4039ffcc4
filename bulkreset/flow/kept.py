"""Values as they are kept in a run file, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from bulkreset.account import Medium, MessageLimit
from bulkreset.flow.rates import Rates
from bulkreset.planning.summary import Estimate


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
    return {
        time.category: {
            **dataclasses.asdict(rates.quota(time.category)),
            "share": rates.share(time.category),
        }
        for time in cost.categories
    }
