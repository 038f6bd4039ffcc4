"""docs/doctor.md: a job as `bulkreset init` writes it, and a user of its pool."""

from walking.rules import Walkthrough
from walking.world import World

from bulkreset.simulator import SeedUser


def begin(world: World) -> None:
    world.pool([SeedUser("ana", email="ana@example.com", email_verified=True)])
    world.also("bulkreset init incident")
    world.environment("incident/environment.yaml")


WALKTHROUGH = Walkthrough("docs/doctor.md", begin)
