"""AdminCreateUser: moto sends no invitation, and makes a new user of a resent one.

Assumption: the history does not refuse a temporary password of an invitation, as AWS does not list the error
with AdminCreateUser.
"""

from __future__ import annotations

import secrets
from typing import Any

from bulkreset.simulator.calls import Call, CognitoError
from bulkreset.simulator.corrections.policy import check_password
from bulkreset.simulator.engine import User
from bulkreset.simulator.outbox import Medium
from bulkreset.simulator.replica import entry_of
from bulkreset.simulator.world import Letter, SimulatedPool, World

KIND = "CustomMessage_AdminCreateUser"


def is_resend(call: Call) -> bool:
    return call.operation == "AdminCreateUser" and call.params.get("MessageAction") == "RESEND"


def check_temporary_password(world: World, call: Call) -> None:
    """Raises CognitoError when the pool would not take the password; moto does not look at it."""
    if password := call.params.get("TemporaryPassword"):
        check_password(world.pool_of(call).pool, str(password))


def resend_invitation(world: World, call: Call) -> dict[str, Any]:
    pool = world.pool_of(call)
    user = pool.user(call.name_given)
    if user.status != "FORCE_CHANGE_PASSWORD":
        raise CognitoError(
            "UnsupportedUserStateException",
            f"Resend not possible. {user.username} status is not FORCE_CHANGE_PASSWORD",
        )
    invite(world, pool, user, call)
    pool.changed(user, world.clock.now())
    return {"User": entry_of(user).as_json()}


def invite(world: World, pool: SimulatedPool, user: User, call: Call) -> None:
    """Gives the user a temporary password and sends it over each wanted medium that has a contact."""
    password = call.params.get("TemporaryPassword") or f"Aa1!{secrets.token_hex(8)}"
    check_password(pool.pool, str(password))
    for wanted in call.params.get("DesiredDeliveryMediums") or ("SMS",):
        medium = Medium(wanted)
        if user.attribute_lookup.get(medium.attribute):
            world.send(pool, user, Letter(medium, KIND, str(password)), call)
    pool.put_password(user, str(password))
    pool.temporary_since[user.username] = world.clock.now()
