"""docs/notifications.md: an environment that names a webhook on this machine and a program."""

from walking.rules import Walkthrough
from walking.world import World
from webhook import Webhook


def begin(world: World) -> None:
    users = world.users(2)
    world.pool(users)
    webhook = world.beside(Webhook())
    program = world.write("on-event", "#!/bin/sh\ncat > told.json\n")
    program.chmod(0o755)
    targets = [{"url": f"json://{webhook.address}/"}, {"command": [str(program)]}]
    world.environment(notify={"targets": targets, "events": "finish"})
    world.job(user.username for user in users)


def everybody_was_told(world: World) -> None:
    assert "target 1 (webhook): told\n" in world.said
    assert f"command {world.folder / 'on-event'}: told\n" in world.said


WALKTHROUGH = Walkthrough("docs/notifications.md", begin, end=everybody_was_told)
