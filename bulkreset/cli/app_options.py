"""What every command that plays the user's app is told: who, in which pool, by which app client."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bulkreset.cli.given_secrets import GivenSecrets, given_secrets, secrets_stdin_option
from bulkreset.cli.one_user import environment_option, json_option, user_argument

if TYPE_CHECKING:
    from bulkreset.flow.user.app import App

Decorated = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of a user's app. `name` is whatever the user types to sign in."""

    name: str
    environment: Path
    client_id: str
    secrets: GivenSecrets
    from_stdin: bool
    as_json: bool

    @contextmanager
    def app(self) -> Iterator[App]:
        from bulkreset.clock import SystemClock
        from bulkreset.flow.user.app import open_app

        secret = self.secrets.optional("client_secret")
        app = open_app(self.environment, self.client_id, secret, SystemClock())
        try:
            yield app
        finally:
            app.close()


def app_options(command: Decorated) -> Decorated:
    """The argument and options of these commands; the command gets them as one `asked`."""

    @functools.wraps(command)
    def with_asked(
        *,
        user: str,
        environment: Path,
        client_id: str,
        secrets_stdin: bool,
        as_json: bool,
        **others: Any,  # noqa: ANN401 - the command's own
    ) -> Any:  # noqa: ANN401 - whatever it returns
        secrets = given_secrets(secrets_stdin)
        asked = Asked(user, environment, client_id, secrets, secrets_stdin, as_json)
        return command(asked=asked, **others)

    options: list[Callable[[Decorated], Decorated]] = [
        user_argument,
        environment_option,
        click.option(
            "--client-id",
            required=True,
            metavar="ID",
            help="The app client that the user's application uses.",
        ),
        secrets_stdin_option,
        json_option,
    ]
    decorated: Decorated = with_asked
    for option in reversed(options):
        decorated = option(decorated)
    return decorated
