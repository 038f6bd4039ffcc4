"""bulkreset user: one user, every operation: what an administrator does, and what the user does."""

from __future__ import annotations

import click

from bulkreset.cli.lazy import LazyGroup

COMMANDS = {
    "show": "Show a user, and what each goal would do with it",
    "verify": "Mark the user's contact verified",
    "reset": "Force a new password by a code",
    "set-password": "Give the user a temporary or a permanent password",
    "resend": "Send the invitation again, with a new temporary password",
    "sign-out": "Revoke all tokens of the user",
    "disable": "Have the user sign in no more",
    "enable": "Let the user sign in again",
    "sign-in": "Sign in as the user, and answer with a new password where one is asked for",
    "forgot-password": "Ask for a code as the user",
    "confirm-reset": "Set a new password with a code, as the user",
    "change-password": "Change the password of a user who is signed in",
}
"""Every command with its line of help; each is the `command` of a module of this package."""


class UserCommands(LazyGroup):
    package = "bulkreset.cli.user"
    lines = COMMANDS


@click.command(cls=UserCommands)
def command() -> None:
    """Look after one user with the same planner and the same safety as a batch, or try what a user does.

    Passwords, codes and tokens come from a prompt or, as JSON, from standard input; never from an argument.
    """
