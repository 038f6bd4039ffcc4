"""enable: every user can sign in again, as far as its status allows."""

from __future__ import annotations

from bulkreset.goals.base import BLOCK, SKIP, Case, Goal, Rule, do
from bulkreset.goals.common import IDENTITY_RULES, PROTECTED, always, has_status
from bulkreset.settings.policy import PolicyKey
from bulkreset.users import UserStatus


def _enable(_case: Case) -> tuple[str, ...]:
    return ("enable-user",)


GOAL = Goal(
    name="enable",
    summary="no user is disabled; passwords stay as they are, and revoked tokens stay dead",
    keys=(
        PolicyKey(
            "old_password",
            "status CONFIRMED: once enabled, the user signs in with the password of before",
            values=("enable", "block"),
            default="enable",
        ),
        PROTECTED,
    ),
    rules=(
        *IDENTITY_RULES,
        Rule("already-enabled", "the user is not disabled", lambda c: c.user.enabled, SKIP),
        Rule(
            "old-password",
            "status CONFIRMED: the password of before would be good again",
            has_status(UserStatus.CONFIRMED),
            {"block": BLOCK},
            policy="old_password",
        ),
        Rule("ready", "any other disabled user", always, do(_enable)),
    ),
)
