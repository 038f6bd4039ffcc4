"""The secrets_manager section: where in AWS Secrets Manager the passwords go that a job sets."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bulkreset.settings.approval import KMS_KEY
from bulkreset.settings.fields import Section, wrong
from bulkreset.settings.words import as_written

NAME = re.compile(r"[A-Za-z0-9_+=.@-]+(/[A-Za-z0-9_+=.@-]+)*")
REGION = r"^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$"
OF_AWS = "aws:"

BATCH_ROWS = 500
"""So many passwords, at the most, are in the secret of a batch."""


def _prefix(text: str) -> str:
    if not NAME.fullmatch(text):
        raise wrong(
            f"is no beginning of a secret's name: {as_written(text)}",
            "write for example `prefix: passwords/inc-4711`, without a slash at its ends",
        )
    return text


def _tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    reserved = [name for name in tags if name.lower().startswith(OF_AWS)]
    if reserved:
        raise wrong(f"has the tag {as_written(reserved[0])}, and AWS keeps `{OF_AWS}` for itself")
    return tags


class SecretsManager(Section):
    """Where in AWS Secrets Manager the passwords go. Whoever may read the secrets knows them."""

    prefix: Annotated[str, Field(min_length=1, max_length=400), AfterValidator(_prefix)] = Field(
        description="What the names of the secrets begin with; the run and a number follow.",
        examples=["passwords/inc-4711"],
    )
    per: Literal["batch", "user"] = Field(
        default="batch",
        description=(
            f"How many secrets are made: one for each `batch` of up to {BATCH_ROWS} users, or one for each "
            "`user`; AWS charges for every secret by the month."
        ),
        examples=["user"],
    )
    kms_key: Annotated[str, Field(max_length=2048, pattern=KMS_KEY)] | None = Field(
        default=None,
        description=(
            "KMS key that encrypts the secrets, by alias or ARN; `aws/secretsmanager`, which AWS manages, if "
            "left out."
        ),
        examples=["alias/hand-outs"],
    )
    tags: Annotated[
        Mapping[Annotated[str, Field(min_length=1, max_length=128)], Annotated[str, Field(max_length=256)]],
        Field(max_length=50),
        AfterValidator(_tags),
    ] = Field(default={}, description="Tags of the secrets.", examples=["{team: service-desk}"])
    region: Annotated[str, Field(pattern=REGION)] | None = Field(
        default=None,
        description="AWS region of the secrets; that of the pool if left out.",
        examples=["eu-central-1"],
    )
