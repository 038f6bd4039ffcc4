"""AdminSetUserPassword, AdminDisableUser, AdminEnableUser, AdminUserGlobalSignOut.

moto keeps UserLastModifiedDate, and finds a user's tokens only under the name of the sign-in.
"""

from __future__ import annotations

from typing import Any

from bulkreset.simulator.calls import Call
from bulkreset.simulator.corrections.credentials import PERMANENT, TEMPORARY, take_password
from bulkreset.simulator.directory import INDEXED
from bulkreset.simulator.engine import User
from bulkreset.simulator.world import SimulatedPool, World


def admin_set_user_password(world: World, call: Call) -> dict[str, Any]:
    pool = world.pool_of(call)
    user = pool.user(call.name_given)
    status = PERMANENT if call.params.get("Permanent") else TEMPORARY
    take_password(pool, user, str(call.params.get("Password", "")), status, world.clock.now())
    return {}


def admin_disable_user(world: World, call: Call) -> dict[str, Any]:
    pool = world.pool_of(call)
    user = pool.user(call.name_given)
    user.enabled = False
    revoke_tokens(pool, user)
    pool.changed(user, world.clock.now())
    return {}


def admin_enable_user(world: World, call: Call) -> dict[str, Any]:
    pool = world.pool_of(call)
    user = pool.user(call.name_given)
    user.enabled = True
    pool.changed(user, world.clock.now())
    return {}


def admin_user_global_sign_out(world: World, call: Call) -> dict[str, Any]:
    pool = world.pool_of(call)
    revoke_tokens(pool, pool.user(call.name_given))
    return {}


def revoke_tokens(pool: SimulatedPool, user: User) -> None:
    """Ends every session of the user, under whichever name it was begun."""
    aliases = [user.attribute_lookup[name] for name in INDEXED if name in user.attribute_lookup]
    for name in {user.username, user.id, *aliases}:
        pool.pool.sign_out(name)
