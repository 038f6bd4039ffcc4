"""All writers of plans, by the name of their format."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import bulkreset.reporting.plan
from bulkreset.plugins import declared
from bulkreset.reporting.plan.base import PlanWriter


@cache
def plan_writers() -> Mapping[str, PlanWriter]:
    return {writer.name: writer for writer in declared(bulkreset.reporting.plan, "WRITER", PlanWriter)}
