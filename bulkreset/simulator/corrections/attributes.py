"""AdminUpdateUserAttributes: verification flags, aliases that move, and codes for a changed contact.

moto keeps the flag of a contact that changed, refuses a user its own e-mail address, and lets two
users of a pool hold one alias.
"""

from __future__ import annotations

from typing import Any

from bulkreset.simulator.calls import Call, CognitoError
from bulkreset.simulator.directory import CONTACTS, verified
from bulkreset.simulator.engine import User
from bulkreset.simulator.outbox import medium_of
from bulkreset.simulator.world import Letter, SimulatedPool, World

KIND = "CustomMessage_UpdateUserAttribute"
WORDS = {"email": "Email", "phone_number": "Phone number"}


def admin_update_user_attributes(world: World, call: Call) -> dict[str, Any]:
    pool = world.pool_of(call)
    user = pool.user(call.name_given)
    asked = {str(one["Name"]): str(one.get("Value", "")) for one in call.params.get("UserAttributes") or ()}
    if "sub" in asked:
        raise CognitoError("InvalidParameterException", "user.sub: Attribute cannot be updated.\n")
    changed = [name for name in CONTACTS if name in asked and asked[name] != _held(user, name)]
    for name in changed:
        _check_unique(pool, user, name, asked[name])
        asked.setdefault(f"{name}_verified", "false")
    after = {**user.attribute_lookup, **asked}
    for name in CONTACTS:
        if asked.get(f"{name}_verified") == "true" and not after.get(name):
            raise CognitoError(
                "InvalidParameterException",
                f"{WORDS[name]} is required to verify/un-verify {'an' if name == 'email' else 'a'} "
                f"{WORDS[name].lower()}",
            )
    _apply(user, after)
    now = world.clock.now()
    pool.changed(user, now)
    for name in CONTACTS:
        if asked.get(f"{name}_verified") == "true":
            _take_alias(pool, user, name, now)
    for name in changed:
        _send_verification(world, pool, user, name, call)
    return {}


def _held(user: User, name: str) -> str:
    return str(user.attribute_lookup.get(name, ""))


def _check_unique(pool: SimulatedPool, user: User, name: str, value: str) -> None:
    if name not in pool.directory.username_attributes:
        return
    if any(holder is not user for holder in pool.directory.holders(name, value)):
        what = "email" if name == "email" else "phone_number"
        raise CognitoError("AliasExistsException", f"An account with the given {what} already exists.")


def _apply(user: User, attributes: dict[str, str]) -> None:
    kept = {name: value for name, value in attributes.items() if value != ""}
    for name in CONTACTS:
        if name not in kept:
            kept.pop(f"{name}_verified", None)
    gone = [name for name in user.attribute_lookup if name not in kept]
    if gone:
        user.delete_attributes(gone)
    user.update_attributes([{"Name": name, "Value": value} for name, value in kept.items()])


def _take_alias(pool: SimulatedPool, owner: User, name: str, at: float) -> None:
    """The last to verify an alias owns it: whoever held it before is silently un-verified."""
    if name not in pool.directory.alias_attributes:
        return
    for other in pool.directory.holders(name, owner.attribute_lookup[name]):
        if other is not owner and verified(other, name):
            other.update_attributes([{"Name": f"{name}_verified", "Value": "false"}])
            pool.changed(other, at)


def _send_verification(world: World, pool: SimulatedPool, user: User, name: str, call: Call) -> None:
    """A contact that changed unverified is sent a code, in pools that verify it by themselves."""
    automatic = pool.pool.extended_config.get("AutoVerifiedAttributes") or ()
    if name not in automatic or not _held(user, name) or verified(user, name):
        return
    world.send(pool, user, Letter(medium_of(name), KIND, world.new_code()), call)
