"""docs/dry-run-for-review.md: a plan for a reviewer, and a second one after a change of the list."""

from walking.rules import Rule, Walkthrough
from walking.world import World


def begin(world: World) -> None:
    users = world.users(3)
    world.pool(users)
    world.environment("incident/environment.yaml")
    world.job([user.username for user in users], "incident/job.yaml")


def one_user_less(world: World) -> None:
    world.list_of(["user-0000", "user-0001"], "incident/users.csv")


def digest_of_the_second(world: World) -> str:
    world.also("bulkreset show second.run")
    return world.digest()


WALKTHROUGH = Walkthrough(
    "docs/dry-run-for-review.md",
    begin,
    [Rule("bulkreset plan incident/job.yaml --out second.run", before=one_user_less)],
    filled={"DIGEST": digest_of_the_second},
    needs=("jq",),
)
