"""Tokens: given at a sign-in, and dead once the user was signed out.

moto answers a dead token like one that never was, by saying the token itself, and does not know users who
have to reset the password.
"""

from __future__ import annotations

from typing import Any

from bulkreset.simulator.calls import Call, CognitoError
from bulkreset.simulator.engine import Client, User, user_of_token
from bulkreset.simulator.world import SimulatedPool, World

DOTS_OF_A_JWT = 2
RESET_REQUIRED = CognitoError("PasswordResetRequiredException", "Password reset required for the user")

LEFT_TO_MOTO = frozenset(
    {
        "AssociateSoftwareToken",
        "DeleteUser",
        "DeleteUserAttributes",
        "GetUser",
        "GetUserAttributeVerificationCode",
        "SetUserMFAPreference",
        "SetUserSettings",
        "UpdateUserAttributes",
        "VerifySoftwareToken",
        "VerifyUserAttribute",
    }
)
"""Operations that an access token authorizes and that are not answered here."""


def signed_in(pool: SimulatedPool, client: Client, user: User) -> dict[str, Any]:
    """The answer to a sign-in that is complete."""
    refresh_token, origin = pool.pool.create_refresh_token(client.id, user.username)
    access_token, seconds = pool.pool.create_access_token(client.id, user.username, origin_jti=origin)
    id_token, _ = pool.pool.create_id_token(client.id, user.username, origin_jti=origin)
    return {
        "ChallengeParameters": {},
        "AuthenticationResult": {
            "AccessToken": access_token,
            "IdToken": id_token,
            "RefreshToken": refresh_token,
            "ExpiresIn": seconds,
            "TokenType": "Bearer",
        },
    }


def check_token(_world: World, call: Call) -> None:
    """Raises CognitoError when the call's access token is not, or no more, one of a signed-in user."""
    token = str(call.params.get("AccessToken", ""))
    if user_of_token(token) is not None:
        return
    is_one = token.count(".") == DOTS_OF_A_JWT
    raise CognitoError(
        "NotAuthorizedException", "Access Token has been revoked" if is_one else "Invalid Access Token"
    )


def check_holder(world: World, call: Call) -> None:
    """Raises CognitoError when a call left to moto is not one of a signed-in user who may go on."""
    if "AccessToken" not in call.params and "Session" in call.params:
        return
    _, user = holder(world, call)
    if user.status == "RESET_REQUIRED":
        raise RESET_REQUIRED


def holder(world: World, call: Call) -> tuple[SimulatedPool, User]:
    """Whose access token the call carries. Raises CognitoError where it is nobody's."""
    check_token(world, call)
    found = world.concerned(call)
    if found is None:
        raise CognitoError("UserNotFoundException", "User does not exist.")
    return found
