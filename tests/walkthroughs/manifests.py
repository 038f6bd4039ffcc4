"""docs/manifests.md: the users of its example, of whom one cannot be reached."""

import csv

from walking.rules import Walkthrough
from walking.world import World

from bulkreset.simulator import SeedUser


def begin(world: World) -> None:
    world.pool(
        [
            SeedUser("ana", email="ana@example.com", email_verified=True),
            SeedUser("ben", email="ben@example.com"),
        ]
    )
    world.environment()
    world.write("users.csv", world.shown("csv"))
    world.job([], manifest="users.csv")
    world.carry_out("night.run", code=1)


def only_ben_is_left(world: World) -> None:
    with (world.folder / "rest.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    told = ("username", "ticket", "policy.sign_out", "retry_outcome")
    assert [row[name] for name in told] == ["ben", "INC-4711", "none", "blocked"]


WALKTHROUGH = Walkthrough("docs/manifests.md", begin, end=only_ben_is_left)
