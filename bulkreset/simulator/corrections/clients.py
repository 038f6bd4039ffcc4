"""App clients: the secret hash, and whether the client hides which users exist."""

from __future__ import annotations

from bulkreset.simulator.calls import CognitoError
from bulkreset.simulator.engine import Client, check_secret_hash


def check_secret(client: Client, name_given: str, secret_hash: object) -> None:
    """Raises CognitoError when the client has a secret and the hash is absent or wrong."""
    if not client.generate_secret:
        return
    if not secret_hash:
        raise CognitoError(
            "NotAuthorizedException",
            f"Client {client.id} is configured with secret but SECRET_HASH was not received",
        )
    if not check_secret_hash(client.secret, client.id, name_given, str(secret_hash)):
        raise CognitoError("NotAuthorizedException", f"SecretHash does not match for the client: {client.id}")


DEFAULT_FLOWS = frozenset({"ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"})
"""Of a client without ExplicitAuthFlows (API Reference, CreateUserPoolClient)."""

NAMES_OF_FLOWS = {"ADMIN_NO_SRP_AUTH": "ADMIN_USER_PASSWORD_AUTH", "REFRESH_TOKEN": "REFRESH_TOKEN_AUTH"}
"""Older names of flows."""

DEFAULT_SESSION_MINUTES = 3
"""AuthSessionValidity where it is not set (API Reference, CreateUserPoolClient)."""


def check_flow(client: Client, flow: str) -> None:
    """Raises CognitoError when the client does not sign users in by this flow."""
    allowed = set(client.extended_config.get("ExplicitAuthFlows") or DEFAULT_FLOWS)
    flow = NAMES_OF_FLOWS.get(flow, flow)
    by_older_name = flow == "ADMIN_USER_PASSWORD_AUTH" and "ADMIN_NO_SRP_AUTH" in allowed
    if {f"ALLOW_{flow}", flow} & allowed or by_older_name:
        return
    told = flow if flow == "USER_PASSWORD_AUTH" else "Auth"
    raise CognitoError("InvalidParameterException", f"{told} flow not enabled for this client")


def session_seconds(client: Client) -> float:
    """How long a challenge of this client waits for its answer."""
    return 60.0 * float(client.extended_config.get("AuthSessionValidity") or DEFAULT_SESSION_MINUTES)


def hides_existence(client: Client) -> bool:
    return bool(client.extended_config.get("PreventUserExistenceErrors") == "ENABLED")
