"""Secrets that a command is given: at a prompt, or as JSON on standard input. Never as an argument."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from bulkreset.errors import InputError
from bulkreset.secrets.process import leave_no_core
from bulkreset.secrets.secret import Secret

QUESTIONS = {
    "password": "Password",
    "new_password": "New password",
    "code": "Code",
    "access_token": "Access token",
    "client_secret": "Secret of the app client",
}
"""What may be asked for, by its name in the JSON."""

EXAMPLE = '{"password": "…", "new_password": "…"}'

secrets_stdin_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--secrets-stdin",
    is_flag=True,
    help="Read secrets from standard input, as a JSON object, rather than ask: " + ", ".join(QUESTIONS) + ".",
)


class GivenSecrets:
    """What standard input gave, or what a person at the terminal is asked for when it is needed."""

    def __init__(self, given: Mapping[str, Secret] | None) -> None:
        self._given = given

    def needed(self, name: str, *, confirm: bool = False) -> Secret:
        """A secret without which the command cannot go on. `confirm`: a person types it twice.

        Raises InputError where it was not given and there is nobody to ask.
        """
        if self._given is not None:
            if name not in self._given:
                raise InputError(f"the JSON on standard input has no `{name}`; write for example {EXAMPLE}")
            return self._given[name]
        if not sys.stdin.isatty():
            raise InputError(
                f"there is no terminal to ask for the {QUESTIONS[name].lower()} on; "
                f"give it on standard input with --secrets-stdin, as {EXAMPLE}"
            )
        return Secret(click.prompt(QUESTIONS[name], hide_input=True, confirmation_prompt=confirm, err=True))

    def optional(self, name: str) -> Secret | None:
        """A secret that standard input gave; nobody is asked for it."""
        return self._given.get(name) if self._given is not None else None


def given_secrets(from_stdin: bool) -> GivenSecrets:
    """Raises InputError where standard input is no such JSON; what it is, is not repeated."""
    leave_no_core()
    if not from_stdin:
        return GivenSecrets(None)
    try:
        read = json.loads(sys.stdin.read())
    except (ValueError, RecursionError):
        raise InputError(f"standard input is no JSON object; write for example {EXAMPLE}") from None
    if not isinstance(read, dict) or not all(isinstance(value, str) and value for value in read.values()):
        raise InputError(f"standard input must be a JSON object of texts; write for example {EXAMPLE}")
    unknown = sorted(read.keys() - QUESTIONS.keys())
    if unknown:
        raise InputError(
            f"the JSON on standard input has {len(unknown)} unknown names; there are {', '.join(QUESTIONS)}"
        )
    return GivenSecrets({name: Secret(text) for name, text in read.items()})
