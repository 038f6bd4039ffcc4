"""docs/operating.md: a run of two waves, of which the second is steered while it goes on."""

from walking.rules import Rule, Walkthrough
from walking.world import World

STOPPED = "| `bulkreset stop` | ends | 4 |"


def begin(world: World) -> None:
    users = world.users(100)
    world.pool(users)
    world.environment(slow=True)
    world.job([user.username for user in users], waves=[10, "rest"], between="confirm")
    world.carry_out("incident.run", code=4)


def let_it_go_on(world: World) -> None:
    (world.folder / "incident.run.stop").unlink()


WALKTHROUGH = Walkthrough(
    "docs/operating.md",
    begin,
    [
        Rule(
            "bulkreset resume incident.run",
            exit_code=4,
            because=STOPPED,
            goes_on=True,
            after=lambda world: world.goes_on("incident.run"),
        ),
        Rule("bulkreset watch", exit_code=4, because="Its exit code is that of the run", goes_on=True),
        Rule("bulkreset stop", after=World.let_end),
        Rule("bulkreset resume incident.run --other-caller", before=let_it_go_on),
    ],
    early=True,
)
