"""All walks, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import bulkreset.flow.rehearsal.walks
from bulkreset.flow.rehearsal.steps import Walk
from bulkreset.plugins import declared


@cache
def walks() -> Mapping[str, Walk[Any]]:
    return {walk.name: walk for walk in declared(bulkreset.flow.rehearsal.walks, "WALK", Walk)}


def walks_of(actions: Iterable[str]) -> tuple[Walk[Any], ...]:
    """The ways that a job with these actions sends its users."""
    done = frozenset(actions)
    return tuple(walk for walk in walks().values() if walk.is_of(done))
