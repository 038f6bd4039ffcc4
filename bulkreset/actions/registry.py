"""All actions, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import bulkreset.actions
from bulkreset.actions.base import Action
from bulkreset.plugins import declared


@cache
def actions() -> Mapping[str, Action]:
    return {action.name: action for action in declared(bulkreset.actions, "ACTION", Action)}
