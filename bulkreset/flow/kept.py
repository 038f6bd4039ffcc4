"""Values as they are kept in a run file, and back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from bulkreset.account import Medium, MessageLimit


def limits_json(limits: Iterable[MessageLimit]) -> list[dict[str, object]]:
    return [dataclasses.asdict(limit) for limit in limits]


def limits_from_json(kept: Iterable[Mapping[str, Any]] | None) -> tuple[MessageLimit, ...]:
    """Message limits; none of a run file that keeps none."""
    return tuple(
        MessageLimit(**{**limit, "medium": Medium(limit["medium"]), "warnings": tuple(limit["warnings"])})
        for limit in kept or ()
    )
