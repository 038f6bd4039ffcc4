"""bulkreset user disable USER."""

from __future__ import annotations

import click

from bulkreset.cli.one_user import Asked, change, changing_one_user


@click.command
@changing_one_user
def command(asked: Asked) -> int:
    """Have USER sign in no more; all tokens are revoked."""
    from bulkreset.flow.user.wish import Wish

    return change(asked, Wish("disable", "disable", {}, asked.reason))
