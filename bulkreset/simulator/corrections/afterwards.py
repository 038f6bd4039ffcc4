"""What remains to be done once moto itself has carried out an operation.

The indexes follow what moto changed, UserLastModifiedDate moves, and the messages are posted that
moto does not send.
"""

from __future__ import annotations

from bulkreset.simulator.calls import Call
from bulkreset.simulator.corrections.invitations import invite
from bulkreset.simulator.engine import User, moto_time
from bulkreset.simulator.outbox import medium_of
from bulkreset.simulator.world import Letter, SimulatedPool, World

MODIFYING = frozenset(
    {
        "AdminConfirmSignUp",
        "AdminCreateUser",
        "AdminDeleteUserAttributes",
        "AdminRespondToAuthChallenge",
        "AdminSetUserMFAPreference",
        "ChangePassword",
        "ConfirmSignUp",
        "RespondToAuthChallenge",
        "SetUserMFAPreference",
        "SignUp",
        "UpdateUserAttributes",
    }
)
"""Operations left to moto after which a user is another one than before."""


def follow_up(world: World, call: Call) -> None:
    for pool in list(world.pools.values()):
        for user in pool.take_up():
            _welcome(world, pool, user, call)
    if call.operation in MODIFYING and (found := world.concerned(call)) is not None:
        pool, user = found
        pool.changed(user, world.clock.now())


def _welcome(world: World, pool: SimulatedPool, user: User, call: Call) -> None:
    # moto's own date is that of the machine, and the pool may have a clock of its own.
    user.create_date = moto_time(world.clock.now())
    if call.operation == "AdminCreateUser":
        pool.temporary_since[user.username] = world.clock.now()
    if call.operation == "AdminCreateUser" and call.params.get("MessageAction") != "SUPPRESS":
        user.password = None  # of moto, for nobody
        invite(world, pool, user, call)
    if call.operation == "SignUp":
        for name in pool.pool.extended_config.get("AutoVerifiedAttributes") or ():
            if user.attribute_lookup.get(name):
                letter = Letter(medium_of(name), "CustomMessage_SignUp", world.new_code())
                world.send(pool, user, letter, call)
                return
