"""The environment file: where a job runs, and how fast and how far it may go there."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator, model_validator

from bulkreset.settings.approval import DEFAULT_MAX_AGE, Approval, PlanMaxAge
from bulkreset.settings.durations import MaxAge
from bulkreset.settings.fields import (
    EmptyMeansDefaults,
    EndpointUrl,
    Fraction,
    OneLine,
    Section,
    WrittenPath,
    wrong,
)
from bulkreset.settings.message_budget import MessageBudget
from bulkreset.settings.metrics import Metrics
from bulkreset.settings.names import Names
from bulkreset.settings.notify import Notify
from bulkreset.settings.quota_shares import Quotas
from bulkreset.settings.rehearsal import Rehearsal
from bulkreset.settings.s3 import S3

POOL_ID = r"^[A-Za-z0-9_-]+_[0-9A-Za-z]+$"
ROLE_ARN = r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]+$"
EXTERNAL_ID = r"^[A-Za-z0-9_+=,.@:/-]+$"

LATER_KEYS: dict[str, str] = {}
"""Keys that come in a later release, with what to do until then."""


class Credentials(Section):
    """Whose permissions are used. All empty: the usual AWS environment variables or instance role."""

    profile: Annotated[OneLine, Field(min_length=1)] | None = Field(
        default=None, description="Profile of the AWS configuration files.", examples=["security"]
    )
    role_arn: Annotated[str, Field(max_length=2048, pattern=ROLE_ARN)] | None = Field(
        default=None,
        description="Role to assume, for example in the account that owns the pool.",
        examples=["arn:aws:iam::123456789012:role/bulkreset"],
    )
    external_id: Annotated[str, Field(min_length=2, max_length=1224, pattern=EXTERNAL_ID)] | None = Field(
        default=None,
        description="External id that the role's trust policy asks for.",
        examples=["incident-desk"],
    )

    @model_validator(mode="after")
    def _external_id_needs_a_role(self) -> "Credentials":
        if self.external_id is not None and self.role_arn is None:
            raise wrong("has an `external_id` but no role to use it for", "add `role_arn` beside it")
        return self


class Protected(Section):
    """Whom no job may touch without a consent of its own."""

    users: Names = Field(
        default=(),
        description="Users by username, sub, e-mail or phone number.",
        examples=["[break-glass]"],
        json_schema_extra={"default": None},
    )
    groups: Names = Field(
        default=(),
        description="Groups of the pool; all their members are protected.",
        examples=["[admins]"],
        json_schema_extra={"default": None},
    )


class Caps(Section):
    """How many users one run may touch. A plan over a cap is refused before its first call."""

    max_users: Annotated[int, Field(ge=1)] = Field(
        default=10_000, description="Most users that one run may change.", examples=[10_000]
    )
    max_pool_fraction: Fraction = Field(
        default=0.2,
        description="Largest part of the pool that one run may change; 1 is all of it.",
        examples=[0.2],
    )


Seconds = Annotated[float, Field(gt=0, le=300)]


class Timeouts(Section):
    """Longest waits of one call to Cognito."""

    connect_seconds: Seconds = Field(default=5.0, description="Longest wait for a connection.", examples=[5])
    read_seconds: Seconds = Field(default=10.0, description="Longest wait for an answer.", examples=[10])


class Environment(Section):
    """Where a job runs, and how fast and how far it may go there."""

    pool_id: Annotated[str, Field(max_length=55, pattern=POOL_ID)] = Field(
        description="The user pool.", examples=["us-east-1_AbCdEf123"]
    )
    region: str = Field(
        default="",
        validate_default=True,
        description="AWS region of the pool; taken from the pool id if left out.",
        examples=["us-east-1"],
    )
    endpoint_url: EndpointUrl | None = Field(
        default=None,
        description="One URL for every AWS service, for the simulator and tests; empty for AWS itself.",
        examples=["http://127.0.0.1:5566"],
    )
    credentials: Annotated[Credentials, EmptyMeansDefaults] = Field(
        default=Credentials(),
        description="Whose permissions are used; by default those that the AWS tools would use.",
    )
    s3: Annotated[S3, EmptyMeansDefaults] = Field(
        default=S3(), description="How manifests, snapshots and reports are read from S3 and written to it."
    )
    quotas: Annotated[Quotas, EmptyMeansDefaults] = Field(
        default=Quotas(), description="How much of Cognito's request quotas the run may use."
    )
    message_budget: Annotated[MessageBudget, EmptyMeansDefaults] = Field(
        default=MessageBudget(),
        description="How many messages the account may send, if you know better than AWS tells.",
        examples=["{email_per_day: 50000}"],
    )
    caps: Annotated[Caps, EmptyMeansDefaults] = Field(
        default=Caps(), description="How many users one run may touch, at most."
    )
    approval: Annotated[Approval, EmptyMeansDefaults] = Field(
        default=Approval(), description="How many others have to approve a plan, and for how long that holds."
    )
    plan_max_age: PlanMaxAge = Field(
        default=DEFAULT_MAX_AGE,
        description="How old a plan may be when it is begun, such as `7d` or `12h`; `none` for no limit.",
        examples=["7d"],
        json_schema_extra={"default": "7d"},
    )
    rehearsal: Annotated[Rehearsal, EmptyMeansDefaults] = Field(
        default=Rehearsal(),
        description="Whether a job has to be rehearsed with one user before it is applied, and how lately.",
    )
    require_consent: bool = Field(
        default=False,
        description=(
            "Whether a plan that marks contacts verified which nobody has proved is refused without the "
            "job's `consent`; otherwise the plan only says so."
        ),
        examples=[True],
    )
    protected: Annotated[Protected, EmptyMeansDefaults] = Field(
        default=Protected(),
        description=(
            "Whom no job may touch without the consent `privileged-users`; a job's own `policy.protected` "
            "adds to it."
        ),
    )
    concurrency: Annotated[int, Field(ge=1, le=256)] = Field(
        default=32, description="Most calls under way at the same time.", examples=[32]
    )
    timeouts: Annotated[Timeouts, EmptyMeansDefaults] = Field(
        default=Timeouts(), description="How long one call to Cognito may take."
    )
    read_back_after_seconds: Annotated[float, Field(ge=0, le=3600)] = Field(
        default=10.0,
        description="Wait before a user is read back whose call was not answered: it may still arrive.",
        examples=[10],
    )
    snapshot_max_age: MaxAge = Field(
        default=86_400.0,
        description="Age beyond which a snapshot is not planned against, such as `8h` or `2d`.",
        examples=["24h"],
    )
    state_dir: WrittenPath | None = Field(
        default=None,
        description=(
            "Directory in which runs on this machine share quotas and remember the messages sent, relative "
            "to this file; by default the platform's state directory."
        ),
        examples=["/var/lib/bulkreset"],
    )

    notify: Annotated[Notify, EmptyMeansDefaults] = Field(
        default=Notify(), description="Whom a run tells how it goes, and of what."
    )
    metrics: Annotated[Metrics, EmptyMeansDefaults] = Field(
        default=Metrics(), description="Files in which a run keeps its numbers for machines to collect."
    )

    @field_validator("region", mode="before")
    @classmethod
    def _region_defaults_to_that_of_the_pool(cls, region: object, info: ValidationInfo) -> object:
        return _region_of(info.data.get("pool_id", "")) if region in (None, "") else region

    @field_validator("region")
    @classmethod
    def _region_is_that_of_the_pool(cls, region: str, info: ValidationInfo) -> str:
        pool_id = info.data.get("pool_id", "")
        if pool_id and region != _region_of(pool_id):
            raise wrong(
                f"is not the region of pool {pool_id}",
                f"write `region: {_region_of(pool_id)}`, or leave it out",
            )
        return region

    def quota(self, category: str) -> float:
        """The account's quota in a category, in requests per second. Raises KeyError if unknown."""
        return self.quotas.rate_per_second(category)

    def grant(self, category: str) -> float:
        """The rate that a run may use in a category, in requests per second. Raises KeyError if unknown."""
        return self.quota(category) * self.quotas.share_of(category)


def _region_of(pool_id: str) -> str:
    return pool_id.partition("_")[0]
