"""docs/migration.md: forty users who were made with passwords that nobody has."""

from dataclasses import replace

from walking.rules import Rule, Walkthrough
from walking.world import World

from bulkreset.simulator import SeedUser

AGAIN = "It ends with exit code 4 again until the last wave is through"


def begin(world: World) -> None:
    created = [replace(user, status="FORCE_CHANGE_PASSWORD") for user in world.users(40)]
    world.pool([*created, SeedUser("imported", status="RESET_REQUIRED")])
    world.environment()


def write_the_job(world: World) -> None:
    recipient = world.last(r"age1[0-9a-z]{40,}")
    world.write("migration.yaml", world.shown("yaml").replace("age1…", recipient))


def ten_have_theirs(world: World) -> None:
    assert len((world.folder / "first-wave.csv").read_text("utf-8").splitlines()) == 1 + 10


def take_the_last_wave(world: World) -> None:
    world.also("bulkreset resume migration.run")


WALKTHROUGH = Walkthrough(
    "docs/migration.md",
    begin,
    [
        Rule("bulkreset handout keygen", after=write_the_job),
        Rule("bulkreset apply", exit_code=4, because="`apply` ends with exit code 4 after the first ten"),
        Rule("bulkreset handout open", after=ten_have_theirs),
        Rule("bulkreset resume", exit_code=4, because=AGAIN, after=take_the_last_wave),
    ],
)
