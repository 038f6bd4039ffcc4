"""docs/nightly-drip.md: its first night, at whatever time of the day, and the morning after it."""

import time
from dataclasses import replace

import yaml
from walking.rules import Rule, Walkthrough
from walking.world import World

MAILS_A_DAY, USERS = 50, 60


def begin(world: World) -> None:
    yesterday = time.time() - 24 * 3600
    users = [replace(user, modified_at=yesterday) for user in world.users(USERS)]
    world.pool(users, daily_email_limit=MAILS_A_DAY)
    world.environment("production.yaml")
    job = yaml.safe_load(world.shown("yaml"))
    del job["window"]
    job["policy"]["not_changed_since"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    world.write("drip.yaml", job)
    world.list_of([user.username for user in users])


def a_fifth_is_left(world: World) -> None:
    sent = sum(world.simulator.outbox.counts().values())
    assert sent == MAILS_A_DAY * 4 // 5


def run_of_the_nights(world: World) -> str:
    (run,) = (world.folder / "runs").glob("drip-*.run")
    return run.name


WALKTHROUGH = Walkthrough(
    "docs/nightly-drip.md",
    begin,
    [
        Rule(
            "bulkreset run drip.yaml",
            exit_code=4,
            because="A night that ends before the list does ends with exit code 4",
            after=a_fifth_is_left,
        )
    ],
    filled={"drip-20261122T210500Z.run": run_of_the_nights},
)
