"""What has to be said beside the numbers of a follow-up, so that nobody takes them for more than they are."""

from __future__ import annotations

from collections.abc import Iterator

from bulkreset.actions.base import Sequel
from bulkreset.actions.registry import actions
from bulkreset.followup.stages import Stage
from bulkreset.reporting.followup.base import FollowUp

CODE_SECONDS = 3600.0
"""How long a code is valid (Developer Guide, "Quotas in Amazon Cognito")."""


def headline(told: FollowUp) -> str:
    """What the follow-up found, in one sentence."""
    whole = told.whole
    if not whole.total:
        return "No row of this run is done yet, so there is nothing to follow up."
    if not whole.awaited:
        if whole.of(Stage.IN_FORCE) or whole.of(Stage.UNDONE):
            return "Nothing was left for the users to do, so nobody is waited for."
        return "Nobody is left to wait for: every user is disabled or gone."
    changed = whole.of(Stage.CHANGED)
    return f"{changed:,} of {whole.awaited:,} users have changed their password"


def notes(told: FollowUp) -> Iterator[str]:
    """What else to know, a sentence or two each."""
    sequels = {actions()[step].sequel for step in told.steps}
    if not told.is_over and told.whole.total:
        yield f"The run is {told.subject.state}: rows that it has not come to yet are not counted."
    if told.unfinished:
        yield (
            f"Of {told.unfinished:,} of these rows a later step, such as the sign-out, is not done: "
            "`bulkreset retry` writes them."
        )
    if told.is_over and told.missed:
        yield (
            f"Not part of the percentage, and not changed for `--until`: {told.missed:,} rows that failed or "
            "drifted. `bulkreset retry` writes them; follow up that run, too."
        )
    aside = told.whole.of(Stage.DISABLED) + told.whole.of(Stage.VANISHED)
    if aside and told.whole.awaited:
        yield f"Not part of the percentage: {aside:,} users who are disabled or gone."
    waits_for_code = any(each.reason == "reset-required" for each in told.reasons)
    begun_at = told.subject.begun_at
    if waits_for_code and begun_at is not None and told.read_at > begun_at + CODE_SECONDS:
        yield "A code is valid for an hour: who is pending now needs “forgot password”, or a reminder."
    if Sequel.RECOVERY in sequels:
        yield (
            "After a scramble nobody can tell a new password from any other change of a user, so nobody "
            "counts as changed."
        )
    if told.whole.of(Stage.CHANGED):
        yield (
            "A password that an administrator made permanent looks like one that the user chose: both are "
            "CONFIRMED."
        )
