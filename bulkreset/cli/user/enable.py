"""bulkreset user enable USER."""

from __future__ import annotations

import click

from bulkreset.cli.one_user import Asked, change, changing_one_user


@click.command
@changing_one_user
def command(asked: Asked) -> int:
    """Let USER sign in again, with the password of before."""
    from bulkreset.flow.user.wish import Wish

    return change(asked, Wish("enable", "enable", {}, asked.reason))
