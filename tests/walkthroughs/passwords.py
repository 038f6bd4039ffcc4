"""docs/passwords.md: new passwords, sealed to a key, and another time kept by AWS Secrets Manager."""

import csv

import boto3
from walking.rules import Rule, Walkthrough
from walking.world import World


def begin(world: World) -> None:
    users = world.users(3)
    world.pool(users)
    world.environment()
    world.list_of([user.username for user in users])


def carry_it_out(world: World, job: str) -> None:
    world.write("job.yaml", job)
    world.carry_out("a.run")


def seal_to_the_key(world: World) -> None:
    recipient = world.last(r"age1[0-9a-z]{40,}")
    carry_it_out(world, world.page.blocks("yaml")[0].text.replace("age1…", recipient))


def keep_in_aws(world: World) -> None:
    """The second job of the page, by a run of the same name."""
    for name in ("a.run", "passwords.csv"):
        (world.folder / name).unlink()
    kms = boto3.client("kms", endpoint_url=world.simulator.endpoint_url, region_name="us-east-1")
    kms.create_alias(AliasName="alias/hand-outs", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    for user in world.users(3):
        world.change(user.username, status="CONFIRMED")
    carry_it_out(world, world.page.blocks("yaml")[1].text)


def everybody_has_one(world: World) -> None:
    with (world.folder / "passwords.csv").open(encoding="utf-8", newline="") as file:
        handed_out = {row["username"]: row["password"] for row in csv.DictReader(file)}
    assert list(handed_out) == [user.username for user in world.users(3)]
    assert all(handed_out.values())


WALKTHROUGH = Walkthrough(
    "docs/passwords.md",
    begin,
    [
        Rule("bulkreset handout keygen", after=seal_to_the_key),
        Rule("bulkreset handout open a.run --identity", after=everybody_has_one),
        Rule("bulkreset handout open a.run --out", before=keep_in_aws, after=everybody_has_one),
    ],
)
