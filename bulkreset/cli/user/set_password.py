"""bulkreset user set-password USER."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bulkreset.cli.given_secrets import given_secrets, secrets_stdin_option
from bulkreset.cli.one_user import Asked, Passwords, change, changing_one_user, no_sign_out_option

if TYPE_CHECKING:
    from bulkreset.flow.user.plan import Planned
    from bulkreset.secrets.secret import Secret


@click.command
@changing_one_user
@click.option("--permanent", is_flag=True, help="A password that stays, rather than one to be replaced.")
@click.option(
    "--generate",
    is_flag=True,
    help="Make a password that the pool's policy accepts, and print it, alone on stdout, once.",
)
@secrets_stdin_option
@no_sign_out_option
def command(asked: Asked, permanent: bool, generate: bool, secrets_stdin: bool, no_sign_out: bool) -> int:
    """Give USER a password, to be replaced at the next sign-in. Nobody is sent a message: hand it over.

    The password comes from a prompt, or as `password` in JSON on standard input.
    """
    from bulkreset.flow.user.wish import Wish
    from bulkreset.settings.consent import GIVEN

    if generate and secrets_stdin:
        raise click.UsageError("--generate makes the password; leave out --secrets-stdin")
    given = given_secrets(secrets_stdin)
    if secrets_stdin:
        given.needed("password")
    policy = {} if permanent else {"must_change": "temporary-password"}
    if no_sign_out:
        policy["sign_out"] = "none"
    goal = "permanent-password" if permanent else "temporary-password"
    wish = Wish("set-password", goal, policy, asked.reason, consent=(GIVEN,))

    def chosen(planned: Planned) -> Secret:
        return _made(planned) if generate else given.needed("password", confirm=True)

    return change(asked, wish, Passwords(chosen, is_made=generate))


def _made(planned: Planned) -> Secret:
    from bulkreset.secrets.generator import Generator, Recipe

    return Generator(planned.password_policy, Recipe()).new()
