"""AdminGetUser, ListUsers, ListUsersInGroup: moto renders the whole pool for every page.

AdminGetUser is consistent and reads moto's user; the lists read the replica. AttributesToGet fails
unless every user of the page has each attribute, as the API documents.
"""

from __future__ import annotations

from typing import Any

from bulkreset.simulator.calls import Call, CognitoError
from bulkreset.simulator.filters import UserFilter, parse_filter
from bulkreset.simulator.paging import MAX_PAGE
from bulkreset.simulator.replica import Entry, entry_of
from bulkreset.simulator.world import SimulatedPool, World


def admin_get_user(world: World, call: Call) -> dict[str, Any]:
    user = world.pool_of(call).user(call.name_given)
    shown = entry_of(user).as_json()
    factors = {
        "SOFTWARE_TOKEN_MFA": user.software_token_mfa_enabled,
        "SMS_MFA": user.sms_mfa_enabled,
        user.preferred_mfa_setting or "": bool(user.preferred_mfa_setting),
    }
    answer = {
        "Username": shown["Username"],
        "UserAttributes": shown["Attributes"],
        "UserCreateDate": shown["UserCreateDate"],
        "UserLastModifiedDate": shown["UserLastModifiedDate"],
        "Enabled": shown["Enabled"],
        "UserStatus": shown["UserStatus"],
    }
    if active := [factor for factor, on in factors.items() if on]:
        answer["UserMFASettingList"] = active
    if user.preferred_mfa_setting:
        answer["PreferredMfaSetting"] = user.preferred_mfa_setting
    return answer


def list_users(world: World, call: Call) -> dict[str, Any]:
    pool = world.pool_of(call)
    text = str(call.params.get("Filter") or "")
    wanted = tuple(call.params.get("AttributesToGet") or ())
    limit = _limit(call)
    user_filter = parse_filter(text) if text else None
    names, token = world.pager.page(
        (pool.pool.id, text, wanted, limit),
        limit,
        call.params.get("PaginationToken"),
        lambda: _matching(pool, user_filter),
    )
    answer: dict[str, Any] = {"Users": _shown(pool, names, wanted)}
    if token:
        answer["PaginationToken"] = token
    return answer


def list_users_in_group(world: World, call: Call) -> dict[str, Any]:
    pool = world.pool_of(call)
    group_name = str(call.params.get("GroupName", ""))
    group = pool.pool.groups.get(group_name)
    if group is None:
        raise CognitoError("ResourceNotFoundException", "Group not found.")
    limit = _limit(call)
    names, token = world.pager.page(
        (pool.pool.id, "group", group_name, limit),
        limit,
        call.params.get("NextToken"),
        lambda: sorted(user.username for user in group.users),
    )
    answer: dict[str, Any] = {"Users": _shown(pool, names, ())}
    if token:
        answer["NextToken"] = token
    return answer


def _limit(call: Call) -> int:
    limit = int(call.params.get("Limit") or MAX_PAGE)
    if limit > MAX_PAGE:
        raise CognitoError(
            "InvalidParameterException",
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            f"Member must have value less than or equal to {MAX_PAGE}",
        )
    return limit


def _matching(pool: SimulatedPool, user_filter: UserFilter | None) -> list[str]:
    return [
        name
        for name in _candidates(pool, user_filter)
        if (entry := pool.replica.seen(name)) is not None
        and (user_filter is None or user_filter.matches(entry))
    ]


def _candidates(pool: SimulatedPool, user_filter: UserFilter | None) -> list[str]:
    """Usernames to try: a few from an index where one fits, else all."""
    if user_filter is None or user_filter.is_prefix or pool.replica.lags:
        return pool.replica.names()
    indexed = pool.directory.names_by(user_filter.name, user_filter.value)
    return pool.replica.names() if indexed is None else indexed


def _shown(pool: SimulatedPool, names: list[str], wanted: tuple[str, ...]) -> list[dict[str, Any]]:
    entries = [entry for name in names if (entry := pool.replica.seen(name)) is not None]
    return [_restricted(entry, wanted) for entry in entries]


def _restricted(entry: Entry, wanted: tuple[str, ...]) -> dict[str, Any]:
    if any(name not in entry.attributes for name in wanted):
        raise CognitoError("InvalidParameterException", "One or more requested attributes do not exist.")
    return entry.as_json(wanted or None)
