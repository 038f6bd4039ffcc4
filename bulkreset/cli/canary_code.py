"""Where a rehearsal gets the code that was sent to the canary; found out before anything is changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from bulkreset.cli.given_secrets import GivenSecrets
from bulkreset.errors import InputError
from bulkreset.secrets.secret import Secret

if TYPE_CHECKING:
    from bulkreset.flow.rehearsal.rehearse import Rehearsal

QUESTION = "Code (leave it empty if no message came)"


def canary_code(
    ready: Rehearsal, secrets: GivenSecrets, *, from_simulator: bool
) -> Callable[[], Secret | None]:
    """What gives the code when it has been sent, None where no message came.

    Raises InputError where a walk needs one and there is nowhere to get it from.
    """
    if from_simulator:
        from bulkreset.flow.rehearsal.simulated_code import simulated_code, simulator_outbox

        outbox = simulator_outbox(ready.loaded.environment.endpoint_url)
        return lambda: simulated_code(outbox, ready.user.username)
    given = secrets.optional("code")
    if given is not None:
        return lambda: given
    if ready.takes_code and not _somebody_is_there():
        raise InputError(
            "there is no terminal to ask for the code on, which nobody knows before it is sent; call it on "
            "one, or with --code-from-simulator where the pool is simulated; nothing was changed"
        )
    return _asked


def _asked() -> Secret | None:
    typed = click.prompt(QUESTION, default="", show_default=False, hide_input=True, err=True).strip()
    return Secret(typed) if typed else None


def _somebody_is_there() -> bool:
    """Hidden questions are asked on the terminal itself, also where standard input is something else."""
    if sys.stdin.isatty():
        return True
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True
