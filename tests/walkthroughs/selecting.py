"""docs/selecting.md: its selection, lists and snapshots of a pool with a bit of everything."""

import time

import yaml
from walking.rules import Rule, Walkthrough
from walking.world import World

from bulkreset.simulator import SeedUser


def begin(world: World) -> None:
    world.pool(
        [
            SeedUser(
                f"{name}.{number}",
                email=f"{name}.{number}@example.org",
                email_verified=bool(number % 2),
                enabled=bool(number % 3),
                attributes={"custom:department": "sales"},
                groups=("staff",) if name == "ada" else (),
            )
            for name in ("ada", "ben")
            for number in range(4)
        ],
        config={"Schema": [{"Name": "department", "AttributeDataType": "String", "Mutable": True}]},
    )
    world.environment()
    job = yaml.safe_load(world.shown("yaml"))
    tomorrow = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 24 * 3600))
    job["select"]["modified_before"] = tomorrow
    world.write("job.yaml", job)
    world.list_of(["ada.0"], "done-already.csv")


def another_name(world: World) -> None:
    (world.folder / "offline.run").unlink()


WALKTHROUGH = Walkthrough(
    "docs/selecting.md",
    begin,
    [
        Rule("age-keygen", instead="bulkreset handout keygen --out key.txt"),
        Rule("bulkreset plan job.yaml --out offline.run --snapshot before.age", before=another_name),
    ],
    filled={"age1qqqexample": lambda world: world.last(r"age1[0-9a-z]{40,}")},
)
