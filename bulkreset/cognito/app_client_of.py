"""One app client with its secret, for whoever plays the app. A report on app clients has no use for it."""

from __future__ import annotations

from dataclasses import dataclass

from bulkreset.cognito.app_clients import app_client
from bulkreset.cognito.directory import Directory
from bulkreset.cognito.optional import wanted
from bulkreset.preflight.facts import AppClient, Unread
from bulkreset.secrets.secret import Secret

DEFAULT_SESSION_MINUTES = 3
"""API Reference, CreateUserPoolClient, AuthSessionValidity."""


@dataclass(frozen=True, slots=True)
class DescribedClient:
    """`secret` is None where the app client has none. `session_minutes` is how long a challenge waits."""

    client: AppClient
    secret: Secret | None
    session_minutes: int


def describe_client(directory: Directory, client_id: str) -> DescribedClient | Unread:
    """What DescribeUserPoolClient tells; Unread where the caller may not ask, or there is no such client."""
    body = wanted(directory, "DescribeUserPoolClient", {"ClientId": client_id}, expecting="UserPoolClient")
    if isinstance(body, Unread):
        return body
    described = body["UserPoolClient"]
    secret = str(described.get("ClientSecret") or "")
    return DescribedClient(
        client=app_client(described),
        secret=Secret(secret) if secret else None,
        session_minutes=int(described.get("AuthSessionValidity") or DEFAULT_SESSION_MINUTES),
    )
