"""bulkreset user forgot-password USER --environment FILE --client-id ID."""

from __future__ import annotations

import click

from bulkreset.cli.app_options import Asked, app_options


@click.command
@app_options
def command(asked: Asked) -> None:
    """Have Cognito send USER a code to set a new password with, as "forgot your password?" does.

    Nothing else changes: a password that counts goes on to do so until the code is used.
    """
    from bulkreset.cli.app_text import fail, tell
    from bulkreset.cognito.app_answers import Failure

    with asked.app() as app:
        delivery = app.user.forgot_password(asked.name)
        if isinstance(delivery, Failure):
            fail(asked, app, delivery)
        where = " ".join(part for part in (delivery.medium, "to", delivery.destination) if part)
        lines = [f"Cognito says that it sent a code by {where}. It is good for an hour."]
        if app.hides_existence:
            lines.append("This app client hides which users exist: it says the same where it sends nothing.")
        lines.append("Set the new password with it: bulkreset user confirm-reset")
        tell(
            asked,
            "code-sent",
            lines,
            destination=delivery.destination,
            medium=delivery.medium,
            attribute=delivery.attribute,
            hides_existence=app.hides_existence,
        )
