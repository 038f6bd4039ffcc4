"""How long a temporary password lasts, and who is locked out by that.

Sources: API Reference, PasswordPolicyType (TemporaryPasswordValidityDays); Developer Guide, "Creating user
accounts as administrator".
"""

from __future__ import annotations

from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms
from bulkreset.preflight.wording import plural

GIVING_ACTIONS = frozenset({"set-temporary-password", "resend-invitation"})
SHORT_DAYS = 1


def _examine(facts: Facts, terms: JobTerms) -> Found:
    if facts.settings is None:
        return
    days = facts.settings.temporary_password_days
    lasts = plural(days, "day")
    if terms.actions & GIVING_ACTIONS:
        yield Told(
            Severity.WARNING if days <= SHORT_DAYS else Severity.NOTE,
            f"temporary passwords are valid for {lasts}",
            "whoever does not sign in within that time is locked out until an administrator gives another",
            "set TemporaryPasswordValidityDays so that a weekend fits in, or hand out in waves",
        )
    elif terms.resets:
        yield Told(
            Severity.NOTE,
            f"users with a temporary password have {lasts} from its issue",
            "users in FORCE_CHANGE_PASSWORD are not reset; those whose temporary password has expired cannot "
            "sign in, and cannot ask for a code either",
            "give those who write to you a new temporary password",
        )


CHECK = Check(
    "temporary-passwords",
    "how long temporary passwords are valid",
    "API Reference, PasswordPolicyType",
    _examine,
)
