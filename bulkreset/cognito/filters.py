"""Which users Cognito itself can pick out for a selection, by the cheapest of the filters that it has.

A filter takes one attribute (API Reference, ListUsers). Whoever it lets through is tested again, so it may
let through too many and never too few. Cognito compares a username in its case, other attributes in any.
"""

from __future__ import annotations

from dataclasses import dataclass

from bulkreset.cognito.directory import can_ask_for
from bulkreset.pool import PoolFacts
from bulkreset.settings.select import Select
from bulkreset.users import UserStatus

BY_SELECTIVITY = (
    "sub",
    "username",
    "email",
    "phone_number",
    "preferred_username",
    "name",
    "family_name",
    "given_name",
)
"""What ListUsers filters by, the attribute that fewest users share first."""

STATUS = "cognito:user_status"


@dataclass(frozen=True, slots=True)
class ServerFilter:
    """`attribute = "value"`, or `attribute ^= "value"` for a prefix."""

    attribute: str
    value: str
    is_prefix: bool = False

    def __str__(self) -> str:
        return f'{self.attribute} {"^=" if self.is_prefix else "="} "{self.value}"'


def cheapest_filters(select: Select, pool: PoolFacts) -> tuple[ServerFilter, ...]:
    """The filters, to be asked one after the other, that let through all who are selected.

    Nothing where only reading the whole pool would do: confirmed users are most of any pool.
    """
    asked = [
        ServerFilter(name, _spelled(name, value, pool), is_prefix)
        for is_prefix in (False, True)
        for name in BY_SELECTIVITY
        if (test := select.attributes.get(name))
        and (value := (test.prefix if is_prefix else test.equals))
        and can_ask_for(name, value, "^=")
    ]
    if asked:
        return (asked[0],)
    if select.status and UserStatus.CONFIRMED not in select.status:
        return tuple(ServerFilter(STATUS, status) for status in select.status)
    return ()


def _spelled(name: str, value: str, pool: PoolFacts) -> str:
    """A pool that ignores case keeps its usernames in small letters."""
    return value.lower() if name == "username" and not pool.case_sensitive else value
