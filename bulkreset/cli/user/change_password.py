"""bulkreset user change-password USER --environment FILE --client-id ID."""

from __future__ import annotations

import click

from bulkreset.cli.app_options import Asked, app_options


@click.command
@app_options
def command(asked: Asked) -> None:
    """Change the password of USER, who knows the current one.

    With an `access_token` on standard input that is used; otherwise the current password signs in first.
    """
    from bulkreset.cli.app_text import check, tell
    from bulkreset.flow.user.change_password import change_password

    previous = asked.secrets.needed("password")
    proposed = asked.secrets.needed("new_password", confirm=True)
    token = asked.secrets.optional("access_token")
    with asked.app() as app:
        check(asked, app, change_password(app.user, asked.name, previous, proposed, token))
    tell(asked, "password-set", ["The password is changed. Whoever is signed in elsewhere stays so."])
