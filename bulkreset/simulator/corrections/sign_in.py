"""What moto lets pass at sign-in: a user whose password was reset, and a client without its secret."""

from __future__ import annotations

from bulkreset.simulator.calls import Call, CognitoError
from bulkreset.simulator.corrections.clients import check_secret
from bulkreset.simulator.world import World


def check_sign_in(world: World, call: Call) -> None:
    """Raises CognitoError when Cognito would not let this sign-in begin. Refreshing tokens is no sign-in."""
    if not call.name_given:
        return
    if "ClientId" in call.params:
        _, client = world.pool_and_client(call)
        parameters = call.params.get("AuthParameters") or {}
        check_secret(client, call.name_given, parameters.get("SECRET_HASH"))
    found = world.concerned(call)
    if found is None:
        return
    _, user = found
    if not user.enabled:
        raise CognitoError("NotAuthorizedException", "User is disabled.")
    if user.status == "RESET_REQUIRED":
        raise CognitoError("PasswordResetRequiredException", "Password reset required for the user")
