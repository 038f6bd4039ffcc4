"""disable: no user can sign in any more, by whatever way.

Disabling revokes the access and refresh tokens as well, and they stay dead when the user is enabled again
(Developer Guide, "Ending user sessions with token revocation"), so there is no step for signing out.
"""

from __future__ import annotations

from bulkreset.goals.base import SKIP, Case, Goal, Rule, do
from bulkreset.goals.common import CHANGED_SINCE_KEYS, IDENTITY_RULES, PROTECTED, always, has_status
from bulkreset.settings.policy import PolicyKey
from bulkreset.users import UserStatus


def _disable(_case: Case) -> tuple[str, ...]:
    return ("disable-user",)


GOAL = Goal(
    name="disable",
    summary="no user can sign in, and all tokens are revoked; passwords stay as they are",
    keys=(
        PolicyKey(
            "federated",
            "the user signs in at an identity provider; disabled, it does so in vain",
            values=("disable", "skip"),
            default="disable",
        ),
        *CHANGED_SINCE_KEYS,
        PROTECTED,
    ),
    rules=(
        *IDENTITY_RULES,
        Rule("already-disabled", "the user is disabled", lambda c: not c.user.enabled, SKIP),
        Rule(
            "federated",
            "status EXTERNAL_PROVIDER: the user signs in at an identity provider",
            has_status(UserStatus.EXTERNAL_PROVIDER),
            {"skip": SKIP},
            policy="federated",
        ),
        Rule(
            "changed-since",
            "changed after `policy.not_changed_since`",
            lambda c: c.user.changed_since,
            {"skip": SKIP},
            policy="changed_since",
        ),
        Rule("ready", "any other user", always, do(_disable)),
    ),
)
