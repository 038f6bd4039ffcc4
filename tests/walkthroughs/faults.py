"""docs/faults.md: a finished run, of which one row failed."""

from walking.rules import Walkthrough
from walking.world import World

from bulkreset.simulator import SeedUser

ONLY_CONTACT_IS_THE_SECOND_FACTOR = SeedUser(
    "eve", phone_number="+4915112345678", phone_number_verified=True, preferred_mfa="SMS_MFA"
)


def begin(world: World) -> None:
    world.pool([*world.users(2), ONLY_CONTACT_IS_THE_SECOND_FACTOR])
    world.environment()
    world.job(["user-0000", "user-0001", "eve"])
    world.carry_out("incident.run", code=1)


WALKTHROUGH = Walkthrough("docs/faults.md", begin)
