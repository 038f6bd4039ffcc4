"""docs/run-file.md: a run that stopped after its first wave."""

from walking.rules import Rule, Walkthrough
from walking.world import World


def begin(world: World) -> None:
    users = world.users(12)
    world.pool(users)
    world.environment()
    world.job([user.username for user in users], waves=[10, "rest"], between="confirm")
    world.also("bulkreset plan job.yaml --out incident.run")
    code, _, err = world.run(f"bulkreset apply incident.run --confirm {world.digest()}")
    assert code == 4, err


WALKTHROUGH = Walkthrough("docs/run-file.md", begin, [Rule("bulkreset status")])
