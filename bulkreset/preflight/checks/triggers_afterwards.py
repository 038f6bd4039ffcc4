"""Lambda triggers that run once a user completes a reset, signs in again, or turns up for the first time.

What a function does cannot be seen, only that it is there. Sources: Developer Guide, "Customizing user pool
workflows with Lambda triggers", "Post confirmation Lambda trigger", "Migrate user Lambda trigger".
"""

from __future__ import annotations

from bulkreset.preflight.base import Check, Found, Severity, Told
from bulkreset.preflight.facts import Facts
from bulkreset.preflight.terms import JobTerms


def _examine(facts: Facts, terms: JobTerms) -> Found:
    if facts.settings is None or not terms.resets:
        return
    present = facts.settings.triggers
    if "PostConfirmation" in present:
        yield Told(
            Severity.WARNING,
            "a PostConfirmation trigger runs for every user who completes the reset",
            "its source is then PostConfirmation_ConfirmForgotPassword; a function that does not look at the "
            "source greets old users as new ones, or makes their records again",
            "see that the function tells the two sources apart",
        )
    if "PreAuthentication" in present:
        yield Told(
            Severity.NOTE,
            "a PreAuthentication trigger runs at every sign-in",
            "users who are to choose a new password try more than once; the function may refuse them with a "
            "text of its own, or send something each time",
            "see what the function does for a user in RESET_REQUIRED",
        )
    if "UserMigration" in present:
        yield Told(
            Severity.NOTE,
            "a UserMigration trigger answers for users whom the pool does not have",
            "who is not found now may be made by a sign-in or a forgotten password at any time, with the old "
            "password; such users are in no plan",
            "end the migration first, or reset passwords where they come from too",
        )


CHECK = Check(
    "triggers-afterwards",
    "functions that greet users twice, or stand in the way at the next sign-in",
    "Developer Guide, Customizing user pool workflows with Lambda triggers",
    _examine,
)
