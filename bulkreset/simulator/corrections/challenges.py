"""RespondToAuthChallenge and AdminRespondToAuthChallenge with a new password.

Assumptions where AWS does not say: a refused answer changes nothing and leaves its session open; a session
ends with the password that it was begun with; the texts about sessions and attributes are those most often
reported.
"""

from __future__ import annotations

from typing import Any

from bulkreset.simulator.calls import Call, CognitoError
from bulkreset.simulator.corrections.clients import check_secret
from bulkreset.simulator.corrections.credentials import PERMANENT, TEMPORARY, take_password
from bulkreset.simulator.corrections.sign_in import missing_attributes
from bulkreset.simulator.corrections.tokens import signed_in
from bulkreset.simulator.engine import User
from bulkreset.simulator.seeding import set_attributes
from bulkreset.simulator.world import SimulatedPool, World

PREFIX = "userAttributes."
INVALID_SESSION = CognitoError("NotAuthorizedException", "Invalid session for the user.")


def is_new_password(call: Call) -> bool:
    return (
        call.operation in {"RespondToAuthChallenge", "AdminRespondToAuthChallenge"}
        and call.params.get("ChallengeName") == "NEW_PASSWORD_REQUIRED"
    )


def answer_new_password(world: World, call: Call) -> dict[str, Any]:
    pool, client = world.pool_and_client(call)
    answers: dict[str, str] = call.params.get("ChallengeResponses") or {}
    check_secret(client, call.name_given, answers.get("SECRET_HASH"))
    session = str(call.params.get("Session", ""))
    user = _waiting_user(world, pool, session, client.id)
    if pool.directory.find(str(answers.get("USERNAME", ""))) is not user:
        raise INVALID_SESSION
    attributes = _given_attributes(pool, user, answers)
    now = world.clock.now()
    take_password(pool, user, str(answers.get("NEW_PASSWORD", "")), PERMANENT, now)
    if attributes:
        set_attributes(user, {**user.attribute_lookup, **attributes})
        pool.changed(user, now)
    return signed_in(pool, client, user)


def _waiting_user(world: World, pool: SimulatedPool, session: str, client_id: str) -> User:
    challenge = pool.challenges.get(session)
    if challenge is None or challenge.client_id != client_id:
        raise INVALID_SESSION
    if world.clock.now() > challenge.ends_at:
        raise CognitoError("NotAuthorizedException", "Invalid session for the user, session is expired.")
    user = pool.user(challenge.username)
    if not user.enabled:
        raise CognitoError("NotAuthorizedException", "User is disabled.")
    if user.status != TEMPORARY:
        raise INVALID_SESSION
    return user


def _given_attributes(pool: SimulatedPool, user: User, answers: dict[str, str]) -> dict[str, str]:
    """The attributes of an answer. Raises CognitoError when one that the pool requires is still missing."""
    given = {name.removeprefix(PREFIX): text for name, text in answers.items() if name.startswith(PREFIX)}
    still_missing = [name for name in missing_attributes(pool, user) if not given.get(name)]
    if still_missing:
        raise CognitoError(
            "InvalidParameterException", f"Invalid user attributes: {still_missing[0]}: Attribute is required"
        )
    return given
