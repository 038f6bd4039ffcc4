"""docs/messages.md: the first day of its cron line."""

import time
from dataclasses import replace

import yaml
from walking.rules import Rule, Walkthrough
from walking.world import World


def begin(world: World) -> None:
    yesterday = time.time() - 24 * 3600
    users = [replace(user, modified_at=yesterday) for user in world.users(120)]
    world.pool(users, daily_email_limit=50)
    world.environment("production.yaml")
    job = yaml.safe_load(world.page.blocks("yaml")[1].text)
    job["policy"]["not_changed_since"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    world.write("drip.yaml", job)
    world.list_of([user.username for user in users])


def fifty_mails_and_no_word(world: World) -> None:
    assert (sum(world.simulator.outbox.counts().values()), world.said) == (50, "")


WALKTHROUGH = Walkthrough(
    "docs/messages.md",
    begin,
    [Rule("bulkreset run", exit_code=4, because="| 1 December | 50 | 4 | nothing |")],
    end=fifty_mails_and_no_word,
)
