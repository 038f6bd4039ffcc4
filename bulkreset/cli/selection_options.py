"""The criteria of a selection as options of a command: the keys of `select:` in a job."""

from __future__ import annotations

import functools
import re
from typing import Any

import click

from bulkreset.cli.offered import offered, statuses
from bulkreset.cli.options import Decorated

ATTRIBUTE = re.compile(r"(?P<name>[^=~^]+)(?P<sign>\^=|~|=)(?P<value>.*)", re.DOTALL)
TESTS = {"=": "equals", "^=": "prefix", "~": "regex"}

Asked = dict[str, Any]
"""What is asked of the users, under the names that a job has for it; empty where nothing is."""


def _attributes(_context: click.Context, _option: click.Parameter, written: tuple[str, ...]) -> Asked:
    asked: Asked = {}
    for text in written:
        found = ATTRIBUTE.fullmatch(text)
        if not found:
            raise click.BadParameter(f"{text!r} is none of NAME=VALUE, NAME^=PREFIX and NAME~REGEX")
        if found["name"] in asked:
            raise click.BadParameter(
                f"{found['name']} is asked for twice; write one --attribute for each name"
            )
        asked[found["name"]] = {TESTS[found["sign"]]: found["value"]}
    return asked


def _moment(name: str, meaning: str) -> Any:  # noqa: ANN401 - click's decorator
    return click.option(f"--{name}", metavar="TIME", help=f"{meaning} TIME, such as 2026-11-20T22:00:00Z.")


OPTIONS = {
    "group": click.option(
        "--group", multiple=True, metavar="NAME", help="Members of this group, or of any given."
    ),
    "status": click.option(
        "--status",
        multiple=True,
        metavar="STATUS",
        shell_complete=offered(statuses),
        help="In this status, such as CONFIRMED, or in any given.",
    ),
    "enabled": click.option("--enabled/--disabled", default=None, help="Enabled, or disabled, users."),
    "email_verified": click.option(
        "--email-verified/--email-not-verified",
        default=None,
        help="With a verified e-mail address, or without.",
    ),
    "phone_verified": click.option(
        "--phone-verified/--phone-not-verified",
        default=None,
        help="With a verified phone number, or without.",
    ),
    "created_before": _moment("created-before", "Made before"),
    "created_after": _moment("created-after", "Made at or after"),
    "modified_before": _moment("modified-before", "Last changed before"),
    "modified_after": _moment("modified-after", "Last changed at or after"),
    "attributes": click.option(
        "--attribute",
        "attributes",
        multiple=True,
        callback=_attributes,
        metavar="TEST",
        help="NAME=VALUE, NAME^=PREFIX or NAME~REGEX; all that are given must hold.",
    ),
    "not_in": click.option("--not-in", metavar="FILE", help="Not listed in this manifest."),
    "everyone": click.option("--everyone", is_flag=True, help="Every user of the pool."),
}


def selection_options(command: Decorated) -> Decorated:
    """All criteria as options; the command gets them as one `asked`."""

    @functools.wraps(command)
    def with_asked(**given: Any) -> Any:  # noqa: ANN401 - the command's own
        values = {name: given.pop(name) for name in OPTIONS}
        if not values["everyone"]:
            del values["everyone"]
        asked = {name: value for name, value in values.items() if value is not None and value not in ((), {})}
        return command(**given, asked=asked)

    decorated: Decorated = with_asked
    for option in reversed(OPTIONS.values()):
        decorated = option(decorated)
    return decorated
