"""The pool's app clients, without their secrets: a secret is in the answer, and is left there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bulkreset.cognito.directory import Directory
from bulkreset.cognito.optional import wanted
from bulkreset.preflight.facts import AppClient, AppClients, Unread

PAGE = 60
"""ListUserPoolClients returns at most 60 (API Reference, ListUserPoolClients)."""

DEFAULT_FLOWS = frozenset({"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"})
"""Of a client without ExplicitAuthFlows (API Reference, CreateUserPoolClient), as are the lifetimes below."""

DEFAULT_TOKEN_SECONDS = 3_600
DEFAULT_REFRESH_SECONDS = 30 * 86_400
MACHINE_FLOWS = ["client_credentials"]
UNIT_SECONDS: Mapping[str, int] = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


def app_clients(directory: Directory, most: int) -> tuple[AppClients | None, tuple[Unread, ...]]:
    """The app clients of the pool, at most so many of them, and what could not be read.

    One call lists them, and one describes each. None where that is not known of any.
    """
    listed = wanted(directory, "ListUserPoolClients", {"MaxResults": PAGE}, expecting="UserPoolClients")
    if isinstance(listed, Unread):
        return None, (listed,)
    ids = [str(client["ClientId"]) for client in listed["UserPoolClients"]]
    described: list[AppClient] = []
    for client_id in ids[:most]:
        answer = wanted(
            directory, "DescribeUserPoolClient", {"ClientId": client_id}, expecting="UserPoolClient"
        )
        if isinstance(answer, Unread):
            # One that was deleted meanwhile is told like the others: it is rare, and a note.
            return (_clients(described, len(ids), listed) if described else None), (answer,)
        described.append(app_client(answer["UserPoolClient"]))
    return _clients(described, len(ids), listed), ()


def _clients(described: list[AppClient], known: int, listed: Mapping[str, Any]) -> AppClients:
    more = None if listed.get("NextToken") else known - len(described)
    return AppClients(tuple(described), more)


def app_client(client: Mapping[str, Any]) -> AppClient:
    """A `UserPoolClientType`."""
    units = client.get("TokenValidityUnits") or {}
    oauth_flows = list(client.get("AllowedOAuthFlows") or ())
    has_oauth = bool(client.get("AllowedOAuthFlowsUserPoolClient"))
    return AppClient(
        client_id=str(client.get("ClientId", "")),
        name=str(client.get("ClientName") or ""),
        flows=frozenset(client.get("ExplicitAuthFlows") or DEFAULT_FLOWS),
        hides_existence=client.get("PreventUserExistenceErrors") == "ENABLED",
        revokes_tokens=client.get("EnableTokenRevocation", True) is not False,
        access_seconds=_seconds(client.get("AccessTokenValidity"), units.get("AccessToken", "hours")),
        id_seconds=_seconds(client.get("IdTokenValidity"), units.get("IdToken", "hours")),
        refresh_seconds=_seconds(
            client.get("RefreshTokenValidity"), units.get("RefreshToken", "days"), DEFAULT_REFRESH_SECONDS
        ),
        has_managed_login=has_oauth and oauth_flows != MACHINE_FLOWS,
        is_machine=has_oauth and oauth_flows == MACHINE_FLOWS,
    )


def _seconds(number: object, unit: str, default: int = DEFAULT_TOKEN_SECONDS) -> int:
    return int(number) * UNIT_SECONDS.get(unit, 1) if isinstance(number, int) and number else default
