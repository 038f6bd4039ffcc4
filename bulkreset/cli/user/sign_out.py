"""bulkreset user sign-out USER."""

from __future__ import annotations

import click

from bulkreset.cli.one_user import Asked, change, changing_one_user


@click.command
@changing_one_user
def command(asked: Asked) -> int:
    """Revoke all tokens of USER; the password stays as it is."""
    from bulkreset.flow.user.wish import Wish

    return change(asked, Wish("sign-out", "sign-out", {}, asked.reason))
