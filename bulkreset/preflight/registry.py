"""All checks, in order of module name."""

from __future__ import annotations

from functools import cache

import bulkreset.preflight.checks
from bulkreset.plugins import declared
from bulkreset.preflight.base import Check


@cache
def checks() -> tuple[Check, ...]:
    return declared(bulkreset.preflight.checks, "CHECK", Check)
