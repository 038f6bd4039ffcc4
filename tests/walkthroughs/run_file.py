"""docs/run-file.md: a run that stopped after its first wave."""

from walking.rules import Walkthrough
from walking.world import World


def begin(world: World) -> None:
    users = world.users(12)
    world.pool(users)
    world.environment()
    world.job([user.username for user in users], waves=[10, "rest"], between="confirm")
    world.carry_out("incident.run", code=4)


WALKTHROUGH = Walkthrough("docs/run-file.md", begin)
