"""bulkreset user confirm-reset USER --environment FILE --client-id ID."""

from __future__ import annotations

import click

from bulkreset.cli.app_options import Asked, app_options


@click.command
@app_options
def command(asked: Asked) -> None:
    """Set a new password with the code that USER was sent, after a reset or a forgotten password.

    The new password is `new_password` on standard input, or `password` where that is not there.
    """
    from bulkreset.cli.app_text import check, tell

    code = asked.secrets.needed("code")
    only = None if asked.secrets.optional("new_password") else asked.secrets.optional("password")
    password = only or asked.secrets.needed("new_password", confirm=True)
    with asked.app() as app:
        check(asked, app, app.user.confirm_forgot_password(asked.name, code, password))
    tell(asked, "password-set", ["The new password is set, and the code is used up."])
