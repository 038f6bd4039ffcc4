"""bulkreset user show USER."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.one_user import environment_option, json_option, read_mfa_option, user_argument
from bulkreset.cli.say import say
from bulkreset.errors import EXIT_DONE, EXIT_SOME_ROWS_NOT_DONE


@click.command
@user_argument
@environment_option
@click.option("--show-contacts", is_flag=True, help="Show e-mail address and phone number in full.")
@read_mfa_option
@json_option
def command(user: str, environment: Path, show_contacts: bool, read_mfa: bool, as_json: bool) -> int:
    """Show USER, a username, sub, e-mail address or phone number; and what each goal would do with it.

    Changes nothing, and bills nobody without --read-mfa.
    """
    from bulkreset.cli.portrait_text import portrait_json, portrait_text
    from bulkreset.clock import SystemClock
    from bulkreset.flow.user.show import portrait

    seen = portrait(environment, user, SystemClock(), reads_mfa=read_mfa)
    lines = (
        [portrait_json(seen, user, in_full=show_contacts)]
        if as_json
        else portrait_text(seen, user, in_full=show_contacts)
    )
    for line in lines:
        say(line)
    return EXIT_SOME_ROWS_NOT_DONE if seen is None else EXIT_DONE
