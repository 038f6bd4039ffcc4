"""The job file: what should be true of which users, and what to do where the answer is not plain."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from bulkreset.settings.fields import EmptyMeansDefaults, OneLine, Section, WrittenPath
from bulkreset.settings.policy import PolicyValue

LATER_KEYS = {
    "select": "list the users in a file, with `manifest:`",
    "waves": "split the manifest into several jobs",
    "between": "split the manifest into several jobs",
    "max_failed": "stop the run by Ctrl-C if too many fail",
    "window": "start the run when it may run",
    "deadline": "stop the run by Ctrl-C, and resume it later",
    "messages": "change the messages in the pool",
    "handout": "",
    "deliver": "",
    "reports": "use `bulkreset report` after the run",
    "live_traffic": "lower `quotas.share` in the environment",
    "consent": "",
}
"""Keys that come in a later release, with what to do until then."""

LATER_GOALS = {
    "temporary-password": "temporary passwords come in a later release",
    "permanent-password": "permanent passwords come in a later release",
    "disable": "disabling users comes in a later release",
}


class Job(Section):
    """What should be true of which users."""

    environment: WrittenPath = Field(
        description="The environment file, relative to this file.", examples=["../configs/production.yaml"]
    )
    goal: str = Field(description="What should be true of every user afterwards.", examples=["force-reset"])
    manifest: WrittenPath = Field(
        description="The users, a CSV or YAML file, relative to this file.", examples=["users.csv"]
    )
    policy: Mapping[str, PolicyValue] = Field(
        default={}, description="What to do with users for whom the goal alone does not say."
    )
    reason: OneLine = Field(
        default="",
        description="Who wants this and why; kept in the run.",
        examples=["INC-4711, asked by J. Doe"],
    )
    read: Literal["auto", "scan", "lookup", "get"] = Field(
        default="auto",
        description=(
            "How users are read: `scan` lists the whole pool, `lookup` lists one user per row, `get` reads "
            "each user in full (each is billed as active), `auto` takes the cheaper of the first two."
        ),
        examples=["auto"],
    )
    on_invalid: Literal["refuse", "report"] = Field(
        default="refuse",
        description="Rows that cannot be used: `refuse` the whole job, or `report` them and do the rest.",
        examples=["refuse"],
    )
    client_metadata: Annotated[Mapping[str, str], EmptyMeansDefaults] = Field(
        default={}, description="Passed to the pool's Lambda triggers."
    )
