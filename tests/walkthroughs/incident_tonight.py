"""docs/incident-tonight.md: its job over sixty users, from the first look to the next day."""

from walking.rules import Rule, Walkthrough
from walking.world import POOL_ID, World

from bulkreset.simulator import SeedUser

LAST_WAVE = 4
USERS = 60


def begin(world: World) -> None:
    world.pool([*world.users(USERS), *(SeedUser(f"bystander-{number}") for number in range(500))])


def fill_in(world: World) -> None:
    world.environment("incident/environment.yaml", slow=True)
    world.write("incident/job.yaml", world.shown("yaml"))
    world.list_of([user.username for user in world.users(USERS)], "incident/users.csv")


def see_the_small_waves(world: World) -> None:
    """`resume` goes on with the next wave, each time: up to the one before the last."""
    for _ in range(LAST_WAVE - 2):
        code, _, err = world.run("bulkreset resume incident.run")
        assert code == 4, err


def some_come_back(world: World) -> None:
    for user in world.users(USERS // 2):
        world.change(user.username, status="CONFIRMED")


WALKTHROUGH = Walkthrough(
    "docs/incident-tonight.md",
    begin,
    [
        Rule("bulkreset init", after=fill_in),
        Rule("bulkreset apply", exit_code=4, because="It ends with exit code 4 after ten users"),
        Rule(
            "bulkreset resume",
            goes_on=True,
            before=see_the_small_waves,
            after=lambda world: world.goes_on("incident.run"),
        ),
        Rule("bulkreset watch", goes_on=True),
        Rule("bulkreset rate", after=World.let_end),
        Rule("bulkreset followup incident.run --remind", before=some_come_back),
    ],
    filled={"POOL_ID": POOL_ID},
)
