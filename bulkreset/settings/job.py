"""The job file: what should be true of which users, and what to do where the answer is not plain."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from bulkreset.settings.consent import Consents
from bulkreset.settings.deadline import Deadline
from bulkreset.settings.deliver import Deliver
from bulkreset.settings.fields import EmptyMeansDefaults, OneLine, Section, WrittenPath, WrittenPlace, wrong
from bulkreset.settings.handout import Handout
from bulkreset.settings.max_drift import DEFAULT as DEFAULT_MAX_DRIFT, DriftThreshold
from bulkreset.settings.max_failed import DEFAULT as DEFAULT_MAX_FAILED, Threshold
from bulkreset.settings.messages import Messages
from bulkreset.settings.notify import JobNotify
from bulkreset.settings.passwords import Passwords
from bulkreset.settings.people import People
from bulkreset.settings.policy import PolicyValue
from bulkreset.settings.select import Select
from bulkreset.settings.waves import EXAMPLE as WAVES_EXAMPLE, Between, Pause, Waves
from bulkreset.settings.window import Window

LATER_KEYS = {
    "reports": "use `bulkreset report` after the run",
}
"""Keys that come in a later release, with what to do until then."""


def _from_json(value: object) -> object:
    match value:
        case list():
            return tuple(value)
        case dict():
            return People(**{name: tuple(names) for name, names in value.items()})
        case _:
            return value


KeptPolicyValue = Annotated[PolicyValue, BeforeValidator(_from_json)]
"""A policy value, also as a run file gives it back: JSON makes lists of names, and an object of people."""


class Job(Section):
    """What should be true of which users."""

    environment: WrittenPath = Field(
        description="The environment file, relative to this file.", examples=["../configs/production.yaml"]
    )
    goal: str = Field(description="What should be true of every user afterwards.", examples=["force-reset"])
    manifest: WrittenPlace | None = Field(
        default=None,
        description="The users, a CSV or YAML file, relative to this file or in S3; or else `select`.",
        examples=["users.csv"],
    )
    select: Select | None = Field(
        default=None,
        description="The users, as a selection from the pool, instead of `manifest`.",
        examples=["{status: CONFIRMED, email_verified: false}"],
    )
    policy: Mapping[str, KeptPolicyValue] = Field(
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
    waves: Waves = Field(
        default=(),
        description=(
            "Parts in which the users are changed, one after the other: numbers of users, percentages of "
            "the rows to do, and `rest` for all that are left; one part if left out."
        ),
        examples=[WAVES_EXAMPLE],
        json_schema_extra={"default": None},
    )
    between: Pause = Field(
        default=Between(),
        description=(
            "Pause between two waves, such as `90s`, `10m` or `1h30m`; `confirm` to stop after each until "
            "the run is resumed."
        ),
        examples=["10m"],
        json_schema_extra={"default": 0},
    )
    max_failed: Threshold = Field(
        default=DEFAULT_MAX_FAILED,
        description="When a run stops by itself because too many rows fail.",
        examples=["5%"],
    )
    max_drift: DriftThreshold = Field(
        default=DEFAULT_MAX_DRIFT,
        description="When a run stops by itself because too many users have changed since the plan.",
        examples=["20%"],
    )
    consent: Consents = Field(
        default=(),
        description=(
            "Hazards that the job takes knowingly: `given-passwords`, passwords that somebody chose and "
            "knows; `over-cap`, a plan beyond the environment's `caps`; "
            "`privileged-users`, users whom the environment protects; "
            "`verify-unverified-contacts`, contacts marked verified that nobody has proved."
        ),
        examples=["[over-cap]"],
        json_schema_extra={"default": None},
    )
    handout: Handout | None = Field(
        default=None,
        description="Who gets to know the passwords that the job sets.",
        examples=["{recipients: [age1…]}"],
    )
    deliver: Deliver | None = Field(
        default=None,
        description="A mail to each user with the password that was set, beside the sealed hand-out.",
        examples=["{by: ses, sender: no-reply@example.com, subject: New password, template: mail.txt}"],
    )
    passwords: Annotated[Passwords, EmptyMeansDefaults] = Field(
        default=Passwords(),
        description="What the passwords look like that the job sets.",
        examples=["{length: 20}"],
    )
    window: Window | None = Field(
        default=None,
        description="Hours in which users may be changed; any hour if left out.",
        examples=['{from: "22:00", to: "06:00", timezone: Europe/Berlin}'],
    )
    deadline: Deadline | None = Field(
        default=None,
        description="Moment after which nothing more is begun, with its offset from UTC.",
        examples=["2026-12-01T06:00:00Z"],
    )
    messages: Annotated[Messages, EmptyMeansDefaults] = Field(
        default=Messages(),
        description="How many of the account's messages the run may send.",
        examples=["{spread: true, leave: 20%}"],
    )
    live_traffic: Literal["none", "cloudwatch"] = Field(
        default="none",
        description=(
            "Whether the rate gives way to the calls of signed-in users and other programs: `cloudwatch` "
            "reads how many there are, `none` relies on the shares."
        ),
        examples=["cloudwatch"],
    )

    notify: Annotated[JobNotify, EmptyMeansDefaults] = Field(
        default=JobNotify(),
        description="How the job words what its runs tell those whom the environment names.",
    )

    @field_validator("between")
    @classmethod
    def _there_are_waves_to_pause_between(cls, between: Between, info: ValidationInfo) -> Between:
        if between != Between() and not info.data.get("waves", True):
            raise wrong("has no waves to stand between", f"add for example `waves: {WAVES_EXAMPLE}`")
        return between
