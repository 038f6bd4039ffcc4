"""sign-out: every token of every user is revoked."""

from __future__ import annotations

from bulkreset.goals.base import SKIP, Case, Goal, Rule, do
from bulkreset.goals.common import DISABLED, IDENTITY_RULES, PROTECTED, always, has_status
from bulkreset.settings.policy import PolicyKey
from bulkreset.users import UserStatus


def _sign_out(_case: Case) -> tuple[str, ...]:
    return ("sign-out",)


GOAL = Goal(
    name="sign-out",
    summary="all tokens of every user are revoked; passwords stay as they are",
    keys=(
        PolicyKey(
            "disabled",
            "the user is disabled, which revoked the tokens already",
            values=("skip", "sign-out"),
            default="skip",
        ),
        PROTECTED,
    ),
    rules=(
        *IDENTITY_RULES,
        DISABLED,
        Rule(
            "unconfirmed",
            "status UNCONFIRMED: never signed in, so there is no token",
            has_status(UserStatus.UNCONFIRMED),
            SKIP,
        ),
        Rule("ready", "any other user", always, do(_sign_out)),
    ),
)
