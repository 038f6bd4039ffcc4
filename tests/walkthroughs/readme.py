"""README.md: two users in five minutes, and a longer list whose run loses its machine; beside it the demo."""

import signal

from walking.rules import Rule, Walkthrough
from walking.shown import ELLIPSIS
from walking.world import World

from bulkreset.simulator import SeedUser


def begin(world: World) -> None:
    named = [SeedUser(name, email=f"{name}@example.com", email_verified=True) for name in ("ana", "ben")]
    world.pool([*named, *world.users(100), *(SeedUser(f"bystander-{number}") for number in range(500))])
    world.also("python -m venv --without-pip .venv")


def fill_in(world: World) -> None:
    environment, job = (block.text for block in world.page.blocks("yaml")[:2])
    world.environment("incident/environment.yaml", environment, slow=True)
    world.write("incident/job.yaml", job)
    world.write("incident/users.csv", world.shown("csv"))


def lose_the_machine(world: World) -> None:
    """A run of the same name for the other users is killed on its way."""
    (world.folder / "first.run").unlink()
    world.list_of([user.username for user in world.users(100)], "incident/users.csv")
    world.also("bulkreset plan incident/job.yaml --out first.run")
    world.leave_going(f"bulkreset apply first.run --confirm {world.digest()}", expect_killed)
    world.goes_on("first.run")
    world.shell.signal_going(signal.SIGKILL, "apply")
    world.let_end("bulkreset apply")


def expect_killed(code: int, said: str) -> None:
    assert code == 128 + 9, said


def the_demo_is_as_shown(world: World) -> None:
    world.let_end()
    printed = {line.strip() for line in world.said.splitlines()}
    for block in world.page.blocks("text")[:2]:
        shown = {line.strip() for line in block.text.splitlines()} - {ELLIPSIS}
        assert shown <= printed, shown - printed


def let_ana_come_back(world: World) -> None:
    world.change("ana", status="CONFIRMED")


WALKTHROUGH = Walkthrough(
    "README.md",
    begin,
    [
        Rule("make demo", left_out="it makes an environment", instead="bulkreset demo", goes_on=True),
        Rule("make test", left_out="this is it"),
        Rule("bulkreset init", after=fill_in),
        Rule("bulkreset status", before=lose_the_machine),
        Rule(
            "bulkreset resume",
            exit_code=4,
            because="| 4 | stopped, and can be resumed |",
            goes_on=True,
            after=lambda world: world.goes_on("first.run"),
        ),
        Rule("bulkreset watch", exit_code=4, because="| 4 | stopped, and can be resumed |", goes_on=True),
        Rule("bulkreset stop", after=lambda world: world.let_end("bulkreset resume", "bulkreset watch")),
        Rule("bulkreset run", before=lambda world: world.list_of(["user-0000"], "incident/users.csv")),
        Rule("bulkreset user reset", answers=(("[y/N]", "y"),), before=let_ana_come_back),
    ],
    early=True,
    end=the_demo_is_as_shown,
)
