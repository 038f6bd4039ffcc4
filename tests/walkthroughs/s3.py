"""docs/s3.md: a list in a bucket of the account, and everything that is written beside it."""

import boto3
from walking.rules import Walkthrough
from walking.world import World

BUCKET = "incident-4711"
LIST = "lists/tonight.csv"


def begin(world: World) -> None:
    users = world.users(3)
    world.pool(users)
    world.environment()
    world.write("job.yaml", world.shown("yaml"))
    s3 = bucket(world)
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=LIST, Body="\n".join(["username", *(user.username for user in users)]))


def bucket(world: World) -> boto3.client:
    return boto3.client(
        "s3",
        endpoint_url=world.simulator.endpoint_url,
        region_name="us-east-1",
        config=boto3.session.Config(s3={"addressing_style": "path"}),
    )


def everything_is_there(world: World) -> None:
    keys = {found["Key"] for found in bucket(world).list_objects_v2(Bucket=BUCKET)["Contents"]}
    assert keys == {
        LIST,
        "plans/tonight.html",
        "reports/tonight.csv",
        "lists/left.csv",
        "reports/followup.html",
        "pool.parquet",
    }


WALKTHROUGH = Walkthrough("docs/s3.md", begin, end=everything_is_there)
