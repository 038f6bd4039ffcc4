"""bulkreset user sign-in USER --environment FILE --client-id ID."""

from __future__ import annotations

import click

from bulkreset.cli.app_options import Asked, app_options
from bulkreset.cli.pairs import attribute_option, pairs_of


@click.command
@app_options
@click.option(
    "--new-password",
    "answers",
    is_flag=True,
    help="Answer with a new password where Cognito asks for one, as `new_password` on standard input does.",
)
@attribute_option
@click.option(
    "--show-tokens",
    is_flag=True,
    help="Print the tokens, or the session of a challenge, in one JSON object; words go to stderr.",
)
def command(asked: Asked, answers: bool, pairs: tuple[str, ...], show_tokens: bool) -> None:
    """Sign in as USER, and say what Cognito answers: tokens, or a challenge and how long it waits.

    USER is what the user types: a username, or an e-mail address or phone number where the pool allows it.
    """
    from bulkreset.cli.app_text import fail
    from bulkreset.cli.sign_in_text import tell_sign_in
    from bulkreset.cognito.app_answers import Failure
    from bulkreset.flow.user.sign_in import sign_in

    attributes = pairs_of(pairs)
    answers = answers or asked.secrets.optional("new_password") is not None
    if attributes and not answers:
        raise click.UsageError("--attribute goes with a new password: add --new-password")
    password = asked.secrets.needed("password")
    if answers and asked.from_stdin:
        asked.secrets.needed("new_password")  # is missed before the sign-in rather than in the middle of it

    with asked.app() as app:
        ended = sign_in(
            app.user,
            asked.name,
            password,
            (lambda: asked.secrets.needed("new_password", confirm=True)) if answers else None,
            attributes,
        )
        if isinstance(ended, Failure):
            fail(asked, app, ended)
        tell_sign_in(asked, app, ended, show_tokens=show_tokens)
