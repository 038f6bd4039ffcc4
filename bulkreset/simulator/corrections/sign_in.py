"""InitiateAuth and AdminInitiateAuth with a password; what moto lets pass in the other flows.

moto asks a user with a temporary password for nothing but a password, and knows neither the days that it is
valid nor the flows of a client. Assumption: that a user is disabled or has to reset the password is told
whatever the password; that the user is unconfirmed or the temporary password expired, only to the right one.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from bulkreset.simulator.calls import Call, CognitoError
from bulkreset.simulator.corrections.clients import check_flow, check_secret, hides_existence, session_seconds
from bulkreset.simulator.corrections.policy import policy_of
from bulkreset.simulator.corrections.tokens import RESET_REQUIRED, signed_in
from bulkreset.simulator.engine import Client, User
from bulkreset.simulator.world import Challenge, SimulatedPool, World

FLOWS_OF_ADMINISTRATORS = frozenset({"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"})
PASSWORD_FLOWS = FLOWS_OF_ADMINISTRATORS | {"USER_PASSWORD_AUTH"}
DEFAULT_VALID_DAYS = 7
DAY_SECONDS = 86_400.0
SECOND_FACTORS = frozenset({"SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP"})
"""Preferred second factors; each is the name of its challenge, which is as far as the simulator goes."""

WRONG_PASSWORD = CognitoError("NotAuthorizedException", "Incorrect username or password.")


def is_by_password(call: Call) -> bool:
    return (
        call.operation in {"InitiateAuth", "AdminInitiateAuth"}
        and call.params.get("AuthFlow") in PASSWORD_FLOWS
    )


def sign_in_by_password(world: World, call: Call) -> dict[str, Any]:
    pool, client = world.pool_and_client(call)
    flow = str(call.params["AuthFlow"])
    if call.operation == "InitiateAuth" and flow in FLOWS_OF_ADMINISTRATORS:
        raise CognitoError("InvalidParameterException", "Initiate Auth method not supported.")
    check_flow(client, flow)
    parameters = call.params.get("AuthParameters") or {}
    check_secret(client, call.name_given, parameters.get("SECRET_HASH"))
    user = _user(pool, client, call.name_given)
    if not user.enabled:
        raise CognitoError("NotAuthorizedException", "User is disabled.")
    if user.status == "RESET_REQUIRED":
        raise RESET_REQUIRED
    if not user.password or user.password != parameters.get("PASSWORD"):
        raise WRONG_PASSWORD
    if user.status == "UNCONFIRMED":
        raise CognitoError("UserNotConfirmedException", "User is not confirmed.")
    if user.status == "FORCE_CHANGE_PASSWORD":
        return _new_password_required(world, pool, client, user)
    factor = user.preferred_mfa_setting or ""
    if factor in SECOND_FACTORS:
        return {"ChallengeName": factor, "ChallengeParameters": {}, "Session": secrets.token_urlsafe(48)}
    return signed_in(pool, client, user)


def check_client(world: World, call: Call) -> None:
    """Raises CognitoError when the app client of a call left to moto is none of the pool that it names."""
    world.pool_and_client(call)


def check_sign_in(world: World, call: Call) -> None:
    """Raises CognitoError when Cognito would not let a sign-in begin that is left to moto."""
    if "ClientId" in call.params:
        _, client = world.pool_and_client(call)
        check_flow(client, str(call.params.get("AuthFlow", "")))
        if call.name_given:
            check_secret(
                client, call.name_given, (call.params.get("AuthParameters") or {}).get("SECRET_HASH")
            )
    if not call.name_given:
        return
    found = world.concerned(call)
    if found is None:
        return
    _, user = found
    if not user.enabled:
        raise CognitoError("NotAuthorizedException", "User is disabled.")
    if user.status == "RESET_REQUIRED":
        raise RESET_REQUIRED


def missing_attributes(pool: SimulatedPool, user: User) -> list[str]:
    """The attributes that the pool requires of every user and that this one lacks."""
    return [
        name
        for name, attribute in pool.pool.schema_attributes.items()
        if attribute.required and name != "sub" and not user.attribute_lookup.get(name)
    ]


def _user(pool: SimulatedPool, client: Client, name: str) -> User:
    user = pool.directory.find(name)
    if user is not None:
        return user
    if hides_existence(client):
        raise WRONG_PASSWORD
    raise CognitoError("UserNotFoundException", "User does not exist.")


def _new_password_required(world: World, pool: SimulatedPool, client: Client, user: User) -> dict[str, Any]:
    now = world.clock.now()
    days = int(str(policy_of(pool.pool).get("TemporaryPasswordValidityDays") or DEFAULT_VALID_DAYS))
    since = pool.temporary_since.get(user.username)
    if since is not None and now > since + days * DAY_SECONDS:
        raise CognitoError(
            "NotAuthorizedException",
            "Temporary password has expired and must be reset by an administrator.",
        )
    session = secrets.token_urlsafe(48)
    pool.challenges[session] = Challenge(user.username, client.id, now + session_seconds(client))
    told = {name: value for name, value in user.attribute_lookup.items() if name != "sub"}
    required = [f"userAttributes.{name}" for name in missing_attributes(pool, user)]
    return {
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": session,
        "ChallengeParameters": {
            "USER_ID_FOR_SRP": user.username,
            "requiredAttributes": json.dumps(required),
            "userAttributes": json.dumps(told),
        },
    }
