"""docs/rehearsal.md: a canary at a terminal, with the mail it gets, and one without anybody."""

from walking.rules import Rule, Walkthrough
from walking.world import POOL_ID, World

from bulkreset.simulator import SeedUser

CLIENT = {"ClientName": "app", "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}


def begin(world: World) -> None:
    canary = SeedUser("canary", email="canary@example.com", email_verified=True)
    world.pool([canary, *world.users(2)], clients=[CLIENT])
    world.environment()
    world.job(["user-0000", "user-0001"])


def client_id(world: World) -> str:
    return world.simulator.client_ids(POOL_ID)[0]


def code_of_the_canary(world: World) -> str:
    return world.simulator.outbox.to("canary")[-1].code


WALKTHROUGH = Walkthrough(
    "docs/rehearsal.md",
    begin,
    [
        Rule(
            "bulkreset rehearse job.yaml --client-id 1example23456789 --user canary@example.com",
            answers=(("[y/N]", "y"), ("Code (leave it empty if no message came)", code_of_the_canary)),
        ),
    ],
    filled={"1example23456789": client_id},
)
