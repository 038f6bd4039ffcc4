"""What a signed-in user does to the own account: ChangePassword and GlobalSignOut."""

from __future__ import annotations

from typing import Any

from bulkreset.simulator.calls import Call, CognitoError
from bulkreset.simulator.corrections.accounts import revoke_tokens
from bulkreset.simulator.corrections.credentials import PERMANENT, take_password
from bulkreset.simulator.corrections.sign_in import WRONG_PASSWORD
from bulkreset.simulator.corrections.tokens import RESET_REQUIRED, holder
from bulkreset.simulator.world import World


def change_password(world: World, call: Call) -> dict[str, Any]:
    pool, user = holder(world, call)
    if not user.enabled:
        raise CognitoError("NotAuthorizedException", "User is disabled.")
    if user.status == "RESET_REQUIRED":
        raise RESET_REQUIRED
    if user.password != call.params.get("PreviousPassword"):
        raise WRONG_PASSWORD
    take_password(pool, user, str(call.params.get("ProposedPassword", "")), PERMANENT, world.clock.now())
    return {}


def global_sign_out(world: World, call: Call) -> dict[str, Any]:
    pool, user = holder(world, call)
    revoke_tokens(pool, user)
    return {}
