"""docs/follow-up.md: ten users are reset, and six of them come back."""

from walking.rules import Rule, Walkthrough
from walking.world import World

USERS, CAME_BACK = 10, 6


def begin(world: World) -> None:
    users = world.users(USERS)
    world.pool(users)
    world.environment()
    world.job([user.username for user in users])
    world.carry_out("incident.run")
    for user in users[:CAME_BACK]:
        world.change(user.username, status="CONFIRMED")


def those_who_came_back_are_told(world: World) -> None:
    assert "60.0 %: 6 of 10 users have changed their password" in world.said


def the_rest_is_planned(world: World) -> None:
    assert f"digest {world.digest()}" in world.said
    listed = (world.folder / "again.csv").read_text("utf-8").splitlines()[1:]
    assert len(listed) == USERS - CAME_BACK


WALKTHROUGH = Walkthrough(
    "docs/follow-up.md",
    begin,
    [
        Rule("bulkreset followup incident.run", after=those_who_came_back_are_told),
        Rule("bulkreset plan again.yaml", after=the_rest_is_planned),
        Rule("bulkreset followup incident.run --until", exit_code=1, because="ends with 1 until 95 % have"),
    ],
)
