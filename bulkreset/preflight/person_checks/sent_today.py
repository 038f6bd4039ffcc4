"""Whether the day's messages are spent.

Sources: Developer Guide, "Quotas in Amazon Cognito"; SES API v2, GetAccount.
"""

from __future__ import annotations

from bulkreset.preflight.base import Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.person import Person, PersonCheck, chosen_medium


def _examine(person: Person, facts: Facts) -> Found:
    medium = chosen_medium(person.user, facts.pool) if person.user and facts.pool else None
    limit = facts.limit(medium) if medium else None
    if medium is None or limit is None or limit.per_day is None:
        return
    spent = max(facts.spent.get(medium, 0), limit.sent_today or 0)
    counted = "by SES's count" if limit.sent_today is not None else "as far as this machine knows"
    is_spent = spent >= limit.per_day
    yield Told(
        Severity.PROBLEM if is_spent else Severity.NOTE,
        f"{spent:,} of {limit.per_day:,} messages of the day are sent, {counted}",
        f"{limit.source}; the day begins at {limit.renewed_at_hour:02d}:00 UTC"
        + ("; until then Cognito sends no more" if is_spent else ""),
        "wait for the next day, or have the limit raised"
        if is_spent
        else "others draw from the same limit: look at their messages if this number seems too small",
    )


CHECK = PersonCheck(
    "sent-today",
    "how many messages of the day are sent, and whether that is all",
    "Developer Guide, Quotas in Amazon Cognito",
    _examine,
)
