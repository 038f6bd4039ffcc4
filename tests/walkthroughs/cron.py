"""docs/cron.md: one night of its job, at whatever time of the day."""

import re

import yaml
from walking.rules import Rule, Walkthrough
from walking.world import World

NO_SYSTEMD = "it changes the machine; tests/functional/test_cron_files.py has systemd look at the units"


def begin(world: World) -> None:
    users = world.users(3)
    world.pool(users)
    world.environment("production.yaml")
    job = yaml.safe_load(world.shown("yaml"))
    del job["window"]
    world.write("nightly.yaml", job)
    world.list_of([user.username for user in users], job["manifest"])


def run_of_the_night(world: World) -> str:
    (run,) = (world.folder / "runs").glob("nightly-*.run")
    assert re.fullmatch(r"nightly-\d{8}T\d{6}Z\.run", run.name)
    return run.name


WALKTHROUGH = Walkthrough(
    "docs/cron.md",
    begin,
    [Rule(program, left_out=NO_SYSTEMD) for program in ("cp", "systemctl", "journalctl")],
    filled={"nightly-20261201T220500Z.run": run_of_the_night},
)
