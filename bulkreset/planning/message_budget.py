"""How many messages a day allows, and whether a plan fits into that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import floor

from bulkreset.account import Medium, MessageLimit
from bulkreset.settings.messages import Messages
from bulkreset.settings.percentages import percentage_text

ROUNDING = 1e-6
"""A tenth of 50 messages is 5, although 50 * (1 - 0.9) is a little less."""

HOW_TO_SEND_MORE = {
    Medium.EMAIL: "have the pool send with Amazon SES under a higher quota",
    Medium.SMS: "have AWS raise the spending limit for SMS",
}


def allowance(limit: MessageLimit, spent: int, messages: Messages) -> int | None:
    """How many messages may still be sent on this budget day; None where no limit is known.

    `spent` is how many of them are known here to be sent today. The service's own count, if it keeps one,
    may know of more.
    """
    most = day_allowance(limit, messages)
    return None if most is None else max(0, most - _sent(limit, spent))


def day_allowance(limit: MessageLimit, messages: Messages) -> int | None:
    """How many messages a whole budget day allows; None where no limit is known."""
    limits = [] if messages.per_day is None else [messages.per_day]
    if limit.per_day is not None:
        limits.append(floor(limit.per_day * (1 - messages.leave) + ROUNDING))
    return min(limits, default=None)


def budget_problems(
    planned: Mapping[Medium, int],
    limits: Iterable[MessageLimit],
    spent: Mapping[Medium, int],
    messages: Messages,
) -> list[str]:
    """What speaks against sending the `planned` messages, by medium, with the numbers.

    `spent` is how many are known here to be sent today.
    """
    known = {limit.medium: limit for limit in limits}
    found = (
        _problem(count, known.get(medium, MessageLimit(medium)), spent.get(medium, 0), messages)
        for medium, count in planned.items()
        if count
    )
    return [problem for problem in found if problem]


def _sent(limit: MessageLimit, spent: int) -> int:
    return max(spent, limit.sent_today or 0)


def _problem(planned: int, limit: MessageLimit, spent: int, messages: Messages) -> str:
    counted = f"the plan sends {planned:,} messages by {limit.medium}"
    if limit.refusal:
        return f"{counted}, and none would be delivered: {limit.refusal}"
    a_day, left = day_allowance(limit, messages), allowance(limit, spent, messages)
    if a_day is None or left is None:
        return ""
    if a_day == 0:
        advice = _advice_on_nothing(limit, messages)
        return f"{counted}, and not one may be sent on any day: {_reckoned(limit, messages)}; {advice}"
    if messages.spread or planned <= left:
        return ""
    return (
        f"{counted}, and {left:,} may still be sent today: {_reckoned(limit, messages)}, "
        f"{_sent(limit, spent):,} are sent already; write `messages: {{spread: true}}` in the job to send "
        f"them over several days, or {HOW_TO_SEND_MORE[limit.medium]}"
    )


def _reckoned(limit: MessageLimit, messages: Messages) -> str:
    """Where the allowance of a day comes from."""
    parts = []
    if limit.per_day is not None:
        learnt = f" ({limit.source})" if limit.source else ""
        parts.append(f"the account may send {limit.per_day:,} a day{learnt}")
        if messages.leave:
            parts.append(f"`messages.leave` keeps {percentage_text(messages.leave)} of them for others")
    if messages.per_day is not None:
        parts.append(f"`messages.per_day` is {messages.per_day:,}")
    return ", ".join(parts)


def _advice_on_nothing(limit: MessageLimit, messages: Messages) -> str:
    """What to write where a whole day allows none."""
    if limit.per_day and messages.leave:
        return "lower `messages.leave` in the job"
    return HOW_TO_SEND_MORE[limit.medium]
