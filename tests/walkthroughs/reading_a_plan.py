"""docs/reading-a-plan.md: a plan, and another one of the same list a user later."""

from walking.rules import Rule, Walkthrough
from walking.world import World


def begin(world: World) -> None:
    users = world.users(3)
    world.pool(users)
    for folder in ("incident/", ""):
        world.environment(f"{folder}environment.yaml")
        world.job([user.username for user in users], f"{folder}job.yaml")


def one_user_less(world: World) -> None:
    world.list_of(["user-0000", "user-0001"])


WALKTHROUGH = Walkthrough(
    "docs/reading-a-plan.md", begin, [Rule("bulkreset plan job.yaml", before=one_user_less)], needs=("jq",)
)
