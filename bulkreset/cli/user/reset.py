"""bulkreset user reset USER."""

from __future__ import annotations

import click

from bulkreset.cli.one_user import Asked, change, changing_one_user, no_sign_out_option, read_mfa_option


@click.command
@changing_one_user
@no_sign_out_option
@click.option(
    "--verify",
    type=click.Choice(["email", "phone"]),
    help="Mark this contact verified first, where no code would reach the user otherwise.",
)
@click.option("--send-again", is_flag=True, help="Send a new code where a reset is required already.")
@click.option(
    "--consent",
    type=click.Choice(["verify-unverified-contacts"]),
    help="Take this hazard, where the environment has `require_consent`.",
)
@read_mfa_option
def command(
    asked: Asked, no_sign_out: bool, verify: str | None, send_again: bool, consent: str | None, read_mfa: bool
) -> int:
    """Force a new password: USER gets a code, and chooses one with it.

    A user whom no code would reach is not reset: it says so, and what would help.
    """
    from bulkreset.flow.user.wish import Wish

    policy = {
        **({"sign_out": "none"} if no_sign_out else {}),
        **({"unverified": f"verify-{verify}"} if verify else {}),
        **({"already_required": "send-again"} if send_again else {}),
    }
    consents = (consent,) if consent else ()
    return change(asked, Wish("reset", "force-reset", policy, asked.reason, consents, reads_mfa=read_mfa))
