"""Attributes of a user on the command line: `--attribute NAME=VALUE`, as often as wanted."""

from __future__ import annotations

import click

attribute_option = click.option(
    "--attribute",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="An attribute that Cognito asks for together with the new password. May be given several times.",
)


def pairs_of(texts: tuple[str, ...]) -> dict[str, str]:
    """The values by name. Raises BadParameter for a text that is no pair."""
    return dict(_pair(text) for text in texts)


def _pair(text: str) -> tuple[str, str]:
    name, is_there, value = text.partition("=")
    if not (name and is_there and value):
        raise click.BadParameter("write it as NAME=VALUE", param_hint="--attribute")
    return name, value
