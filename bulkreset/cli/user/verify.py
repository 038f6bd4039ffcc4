"""bulkreset user verify USER."""

from __future__ import annotations

import click

from bulkreset.cli.one_user import Asked, change, changing_one_user


@click.command
@changing_one_user
@click.option(
    "--attribute",
    type=click.Choice(["email", "phone"]),
    default="email",
    show_default=True,
    help="Which contact to mark verified.",
)
def command(asked: Asked, attribute: str) -> int:
    """Mark the e-mail address or phone number of USER verified, without a message.

    Whoever owns it can then recover the account, so make sure whose it is.
    """
    from bulkreset.flow.user.wish import Wish

    return change(asked, Wish("verify", "verify-contact", {"contact": attribute}, asked.reason))
