"""A plan in numbers: how many rows per decision, what it costs in calls, messages and time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from bulkreset.account import Medium
from bulkreset.actions.registry import actions
from bulkreset.rates.quotas import EMAIL_SENDS

LOOKUP_CATEGORY = "UserList"


@dataclass(frozen=True, slots=True)
class Group:
    """Plan rows that share decision, reason, steps and the medium of their message, "" where that is unknown.

    `examples` are a few of their identifiers.
    """

    decision: str
    reason: str
    steps: tuple[str, ...]
    rows: int
    examples: tuple[str, ...]
    medium: str = ""


@dataclass(frozen=True, slots=True)
class CategoryTime:
    """What a plan takes of one quota category."""

    category: str
    calls: int
    rate_per_second: float

    @property
    def seconds(self) -> float:
        return self.calls / self.rate_per_second


@dataclass(frozen=True, slots=True)
class Estimate:
    """What carrying a plan out amounts to.

    Categories run side by side, so `seconds` is that of the slowest; mails of our own go at the rate of their
    sender, which is none of them. `billed_users` counts users that a planned call makes monthly active users
    (Developer Guide, "Quotas in Amazon Cognito"). `messages_by_medium` has the messages of which it is known
    how they go, and `actions` the names of all steps.
    """

    users: int
    messages: int
    billed_users: int
    categories: tuple[CategoryTime, ...]
    messages_by_medium: Mapping[Medium, int] = field(default_factory=dict)
    actions: frozenset[str] = frozenset()

    @property
    def looks_are_slowest(self) -> bool:
        """Whether looking at each user by itself would take longer than any kind of call."""
        looks = sum(time.seconds for time in self.categories if time.category == LOOKUP_CATEGORY)
        return all(time.seconds < looks for time in self.categories if time.category != LOOKUP_CATEGORY)

    @property
    def seconds(self) -> int:
        return ceil(max((category.seconds for category in self.categories), default=0.0))


def estimate(
    groups: Sequence[Group],
    rate_per_second: Callable[[str], float],
) -> Estimate:
    """What a plan costs at the granted rate of each category.

    Each user is looked up once before its first call, then its steps are called.
    """
    known = actions()
    calls: Counter[str] = Counter()
    by_medium: Counter[Medium] = Counter()
    users = messages = billed = 0
    for group in groups:
        if not group.steps:
            continue
        users += group.rows
        calls[LOOKUP_CATEGORY] += group.rows
        for step in group.steps:
            if known[step].category != EMAIL_SENDS:
                calls[known[step].category] += group.rows
        sent = group.rows * sum(known[step].sends_message for step in group.steps)
        messages += sent
        if sent and group.medium:
            by_medium[Medium(group.medium)] += sent
        billed += group.rows * any(known[step].bills_user for step in group.steps)
    times = [CategoryTime(name, count, rate_per_second(name)) for name, count in calls.items()]
    times.sort(key=lambda time: -time.seconds)
    names = frozenset(step for group in groups for step in group.steps)
    return Estimate(users, messages, billed, tuple(times), dict(by_medium), names)
