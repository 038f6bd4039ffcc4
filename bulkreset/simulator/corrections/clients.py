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


def hides_existence(client: Client) -> bool:
    return bool(client.extended_config.get("PreventUserExistenceErrors") == "ENABLED")
