"""docs/four-eyes.md: Ada plans and applies, Bob approves; then with a key that signs."""

import yaml
from team import ADA, BOB, keys_of
from walking.rules import Rule, Walkthrough
from walking.world import World


def begin(world: World) -> None:
    users = world.users(3)
    world.pool(users)
    shown = yaml.safe_load(world.shown("yaml"))
    world.environment("production.yaml", yaml.safe_dump(shown))
    del shown["approval"]["kms_key"]
    world.environment("environment.yaml", yaml.safe_dump(shown))
    world.job([user.username for user in users])
    world.job([user.username for user in users], "nightly.yaml", environment="production.yaml")
    ada(world)


def ada(world: World) -> None:
    world.shell.export(keys_of(world.simulator, ADA))


def bob(world: World) -> None:
    world.shell.export(keys_of(world.simulator, BOB))


WALKTHROUGH = Walkthrough(
    "docs/four-eyes.md",
    begin,
    [
        Rule("bulkreset show", before=bob),
        Rule("bulkreset apply", before=ada),
        Rule("bulkreset run", exit_code=3, because="plans, is refused with exit code 3"),
    ],
    filled={"KEY-ID": lambda world: world.said.split()[-1]},
)
