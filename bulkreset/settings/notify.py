"""The notify section: whom a run tells how it goes, of what, and in which words."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, model_validator

from bulkreset.settings.fields import Section, wrong
from bulkreset.settings.names import listed, one_or_more
from bulkreset.settings.placeholders import placeholder_problem
from bulkreset.settings.plain_url import PlainUrl
from bulkreset.settings.url_from import UrlFrom
from bulkreset.settings.words import advice_on_value, as_written

Kind = Literal["start", "wave-done", "threshold", "stop", "finish", "follow-up"]
KINDS: tuple[Kind, ...] = get_args(Kind)

TEST: Literal["test"] = "test"
"""What is told when somebody tries the notifications out: to everybody, whatever events they asked for."""

AnyKind = Kind | Literal["test"]

PLACEHOLDERS = (
    "kind",
    "run",
    "goal",
    "pool_id",
    "region",
    "digest",
    "state",
    "cause",
    "reason",
    "wave",
    "waves",
    "rows",
    "to_do",
    "settled",
    "done",
    "failed",
    "unknown",
    "drifted",
    "not_attempted",
    "failed_percent",
    "throttled",
    "milestone",
    "users",
    "changed",
    "pending",
    "changed_percent",
)
"""What the texts of notifications may hold. Those that a notification knows nothing of are empty."""

EXAMPLE = "{{ run }}: {{ done }} of {{ to_do }} are done"
TARGET_EXAMPLE = "- url_from: {env: SLACK_URL}"
BUS = re.compile(r"(arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus/)?[A-Za-z0-9._/-]{1,256}")


def _kinds(written: object) -> tuple[str, ...]:
    names = listed(written)
    unknown = [name for name in names if name not in KINDS]
    if unknown:
        # It may be a URL in the wrong place, so it is not repeated.
        raise wrong("names what nobody is told of", advice_on_value(None, KINDS))
    return tuple(kind for kind in KINDS if kind in names) or KINDS


def _command(written: object) -> object:
    words = tuple(written) if isinstance(written, list | tuple) else ()
    if not words or not all(isinstance(word, str) for word in words) or "/" not in words[0]:
        raise wrong(
            "must be a list that begins with the path of a program",
            "write for example `command: [/usr/local/bin/on-event, --loud]`",
        )
    return words


def _texts(written: object) -> object:
    texts = {} if written is None else written
    if not isinstance(texts, Mapping):
        return texts
    for kind, text in texts.items():
        if kind not in KINDS:
            raise wrong(f"has no kind {as_written(kind)}", advice_on_value(kind, KINDS))
        problem = placeholder_problem(text, PLACEHOLDERS, EXAMPLE) if isinstance(text, str) else None
        if problem:
            raise wrong(f"has a text for `{kind}` that {problem[0]}", problem[1])
    return texts


def _bus(written: object) -> object:
    if written is not None and not (isinstance(written, str) and BUS.fullmatch(written)):
        raise wrong("is not the name or ARN of an event bus", "write for example `event_bus: default`")
    return written


def _targets(written: object) -> object:
    if written is None:
        return ()
    # Whatever stands here may hold a secret, so it is not repeated.
    if not isinstance(written, list | tuple):
        raise wrong("must be a list", f"write for example `{TARGET_EXAMPLE}`")
    for number, target in enumerate(written, start=1):
        if not isinstance(target, Mapping | Target):
            raise wrong(f"has as number {number} what is no target", f"write for example `{TARGET_EXAMPLE}`")
    return tuple(written)


Events = Annotated[tuple[Kind, ...], BeforeValidator(_kinds), one_or_more({"enum": list(KINDS)})]
Texts = Annotated[
    Mapping[str, Annotated[str, Field(min_length=1, max_length=10_000)]],
    BeforeValidator(_texts),
    Field(json_schema_extra={"type": ["object", "null"], "propertyNames": {"enum": list(KINDS)}}),
]


class Target(Section):
    """One of those who are told."""

    url_from: UrlFrom | None = Field(
        default=None,
        description="Where the Apprise URL of a service is kept, such as that of Slack, Teams, mail or SNS.",
        examples=["{env: SLACK_URL}"],
    )
    url: PlainUrl | None = Field(
        default=None,
        description="Apprise URL of a plain webhook without any secret in it.",
        examples=["json://127.0.0.1:8080/bulkreset"],
    )
    command: Annotated[tuple[str, ...], BeforeValidator(_command)] | None = Field(
        default=None,
        description="Program, with arguments, that gets the notification as JSON on its standard input.",
        examples=["[/usr/local/bin/on-event]"],
    )
    event_bus: Annotated[str, BeforeValidator(_bus)] | None = Field(
        default=None,
        description="Bus of Amazon EventBridge, by name or ARN, that gets the notification as an event.",
        examples=["default"],
    )
    events: Events | None = Field(
        default=None,
        description="What this target is told of; by default what `notify.events` says.",
        examples=["[threshold, stop]"],
    )

    @model_validator(mode="after")
    def _one_way(self) -> "Target":
        ways = (self.url_from, self.url, self.command, self.event_bus)
        if sum(way is not None for way in ways) != 1:
            raise wrong(
                "needs one of `url_from`, `url`, `command` and `event_bus`",
                f"write for example `{TARGET_EXAMPLE}`",
            )
        return self


class Notify(Section):
    """Whom a run tells how it goes. No user is named in what is told."""

    targets: Annotated[tuple[Target, ...], BeforeValidator(_targets), Field(max_length=20)] = Field(
        default=(),
        description="Those who are told; each is `url_from`, `url`, `command` or `event_bus`.",
        examples=["[{url_from: {env: SLACK_URL}}]"],
        json_schema_extra={"type": ["array", "null"], "default": None},
    )
    events: Events = Field(
        default=KINDS,
        description=(
            "What they are told of: " + ", ".join(f"`{kind}`" for kind in KINDS) + "; all of it if left out."
        ),
        examples=["[stop, finish]"],
        json_schema_extra={"default": None},
    )
    texts: Texts = Field(
        default={},
        description="Other words than the usual ones, by what is told; docs/notifications.md has the places.",
        examples=[f'{{finish: "{EXAMPLE}"}}'],
    )
    with_reason: bool = Field(
        default=False,
        description="Whether the job's `reason` is told too: people wrote it, and it may name somebody.",
        examples=[True],
    )

    @model_validator(mode="before")
    @classmethod
    def _is_no_url(cls, written: object) -> object:
        if not isinstance(written, Mapping | Notify):
            raise wrong("must be a group of lines", f"write below it `targets:`, and `{TARGET_EXAMPLE}`")
        return written


class JobNotify(Section):
    """How a job words what its runs tell."""

    texts: Texts = Field(
        default={},
        description="Other words than those of the environment, by what is told.",
        examples=[f'{{finish: "{EXAMPLE}"}}'],
    )
