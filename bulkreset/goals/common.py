"""Rules and policy keys that every goal shares: who a row is about, and whom it must not touch."""

from __future__ import annotations

from collections.abc import Callable

from bulkreset.goals.base import BLOCK, SKIP, Case, Match, Rule
from bulkreset.settings.policy import PolicyKey, PolicyKind
from bulkreset.users import UserStatus

PROTECTED = PolicyKey(
    "protected",
    "users that this job must never touch, by username, sub, e-mail or phone number; "
    "`{users: […], groups: […]}` protects all members of groups, too",
    kind=PolicyKind.PEOPLE,
    default=(),
)

CHANGED_SINCE_KEYS = (
    PolicyKey(
        "not_changed_since",
        "the time of the incident: users changed later are left alone, see changed_since",
        kind=PolicyKind.MOMENT,
    ),
    PolicyKey(
        "changed_since",
        "the user was changed after not_changed_since",
        values=("skip", "ignore"),
        default="skip",
    ),
)

LIVE_STATUSES = frozenset(
    {
        UserStatus.UNCONFIRMED,
        UserStatus.CONFIRMED,
        UserStatus.RESET_REQUIRED,
        UserStatus.FORCE_CHANGE_PASSWORD,
        UserStatus.EXTERNAL_PROVIDER,
    }
)

IDENTITY_RULES = (
    Rule("not-found", "no user of the pool has this identifier", lambda c: c.user.match is Match.NONE, BLOCK),
    Rule("ambiguous", "several users have this identifier", lambda c: c.user.match is Match.MANY, BLOCK),
    Rule(
        "protected",
        "the job or the environment protects the user, or a group of it",
        lambda c: c.user.protected,
        BLOCK,
    ),
    Rule(
        "unsupported-status",
        "the status is one that Cognito no longer uses",
        lambda c: c.user.status not in LIVE_STATUSES,
        BLOCK,
    ),
)

DISABLED = Rule(
    "disabled", "the user is disabled", lambda c: not c.user.enabled, {"skip": SKIP}, policy="disabled"
)
"""For goals with a policy key `disabled`, of which `skip` is one value."""


def has_status(*statuses: UserStatus) -> Callable[[Case], bool]:
    wanted = frozenset(statuses)
    return lambda case: case.user.status in wanted


def always(_case: Case) -> bool:
    return True


def shares_alias(case: Case, attribute: str) -> bool:
    """Whether marking `attribute` verified could take the alias from another user.

    In a pool where the attribute is an alias, the last user to verify a value owns it, and Cognito
    moves it without an error (Developer Guide, "Customizing sign-in attributes").
    """
    shared = case.user.email_shared if attribute == "email" else case.user.phone_shared
    return shared and attribute in case.pool.alias_attributes
