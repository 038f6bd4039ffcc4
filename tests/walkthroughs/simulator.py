"""docs/simulator.md: the simulator that the page has started, on a free port."""

import json
import socket
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import yaml
from command import until
from walking.rules import Rule, Walkthrough
from walking.world import World

LOCAL = Path(__file__).parents[2] / "configs" / "local.yaml"
NAMED = "5566"


def begin(world: World) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    world.write("configs/local.yaml", LOCAL.read_text("utf-8").replace(NAMED, port))


def port(world: World) -> str:
    environment = yaml.safe_load((world.folder / "configs/local.yaml").read_text("utf-8"))
    return str(environment["endpoint_url"].rpartition(":")[2])


def answers(world: World) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port(world)}/_simulator/state") as answer:
            return bool(json.load(answer))
    except URLError:
        return False


def is_up(world: World) -> None:
    until(lambda: answers(world), "the simulator to answer")


def rehearse(world: World) -> None:
    world.write("rehearsal.yaml", world.shown("yaml"))


WALKTHROUGH = Walkthrough(
    "docs/simulator.md",
    begin,
    [
        Rule("bulkreset simulator", goes_on=True, after=is_up),
        Rule("bulkreset plan", before=rehearse),
        Rule("bulkreset apply", exit_code=1, because="`apply` ends with exit code 1 here"),
    ],
    filled={NAMED: port},
    needs=("curl",),
    end=World.interrupt,
)
