"""Why a row is planned as it is, where no goal decides it, and what each reason means to people."""

from __future__ import annotations

from collections.abc import Mapping

from bulkreset.goals.base import Goal, Ruling

INVALID = "invalid"
"""Decision and reason of a manifest row that cannot be used."""

DUPLICATE_ROW = "duplicate-row"

MEANINGS = {
    INVALID: "the manifest row cannot be used",
    DUPLICATE_ROW: "another row is about the same user",
}


def meanings(goal: Goal) -> Mapping[str, str]:
    """What each reason of a plan with this goal means."""
    told = dict(MEANINGS)
    for rule in goal.rules:
        rulings = (rule.then,) if isinstance(rule.then, Ruling) else rule.then.values()
        for reason in (rule.reason, *(ruling.reason for ruling in rulings if ruling.reason)):
            told.setdefault(reason, rule.when)
    return told
