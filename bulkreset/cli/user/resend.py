"""bulkreset user resend USER."""

from __future__ import annotations

import click

from bulkreset.cli.one_user import Asked, change, changing_one_user


@click.command
@changing_one_user
def command(asked: Asked) -> int:
    """Send the invitation of USER again, with a new temporary password that Cognito makes.

    Only a user who never replaced the first one has an invitation.
    """
    from bulkreset.flow.user.wish import Wish
    from bulkreset.users import UserStatus

    return change(
        asked,
        Wish(
            "resend",
            "temporary-password",
            {"must_change": "resend-invitation"},
            asked.reason,
            only_for=UserStatus.FORCE_CHANGE_PASSWORD,
        ),
    )
