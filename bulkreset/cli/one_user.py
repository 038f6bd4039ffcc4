"""What the commands for one user share: their options, the question, and how they end."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bulkreset.cli.options import Manner
from bulkreset.cli.places import LOCAL_FILE
from bulkreset.cli.say import say
from bulkreset.errors import EXIT_DONE, EXIT_SOME_ROWS_NOT_DONE, InputError, Refused
from bulkreset.flow.terms import NO_CONCESSIONS

if TYPE_CHECKING:
    from bulkreset.flow.user.carry_out import Ended
    from bulkreset.flow.user.plan import Carried, Planned
    from bulkreset.flow.user.wish import Wish
    from bulkreset.secrets.secret import Secret

Decorated = Callable[..., Any]
Tell = Callable[[Iterable[str]], None]

SILENT = Manner(NO_CONCESSIONS, as_json=False, quiet=True, log_format="auto", log_identifiers=False)

user_argument = click.argument("user", metavar="USER")
environment_option = click.option(
    "--environment",
    required=True,
    type=LOCAL_FILE,
    metavar="FILE",
    help="The environment file: which pool, with whose permissions.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
no_sign_out_option = click.option("--no-sign-out", is_flag=True, help="Leave the user's tokens as they are.")
read_mfa_option = click.option(
    "--read-mfa",
    is_flag=True,
    help="Read the second factor too, which bills the user as active (AdminGetUser).",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """How a command that changes a user was called."""

    user: str
    environment: Path
    yes: bool
    as_json: bool
    keep: Path | None
    reason: str


@dataclass(slots=True)
class Passwords:
    """The password that a command sets. `choose` is asked once the plan is agreed to.

    `is_made`: nobody knows it yet but the command, which prints it, alone on stdout, before it is set: so
    no crash leaves a user with a password that nobody knows.
    """

    choose: Callable[[Planned], Secret]
    is_made: bool
    chosen: Secret | None = None


def changing_one_user(command: Decorated) -> Decorated:
    """The argument and options of every command that changes a user; the command gets them as one `asked`."""

    @functools.wraps(command)
    def with_asked(
        *,
        user: str,
        environment: Path,
        yes: bool,
        as_json: bool,
        keep: Path | None,
        reason: str,
        **others: Any,  # noqa: ANN401 - the command's own
    ) -> Any:  # noqa: ANN401 - whatever it returns
        return command(**others, asked=Asked(user, environment, yes, as_json, keep, reason))

    options = [
        user_argument,
        environment_option,
        click.option("--yes", is_flag=True, help="Do what is planned without asking."),
        json_option,
        click.option(
            "--keep",
            type=LOCAL_FILE,
            metavar="RUN",
            help="Keep the run file as evidence, for `bulkreset report` and `audit`. It must not exist yet.",
        ),
        click.option("--reason", default="", metavar="TEXT", help="Who wants this and why; kept in the run."),
    ]
    decorated: Decorated = with_asked
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def change(asked: Asked, wish: Wish, passwords: Passwords | None = None) -> int:
    """Plan for one user, tell, ask, carry out, and tell how it ended. Returns the exit code."""
    from bulkreset.cli.labels import nobody_text
    from bulkreset.cli.one_user_text import evidence_text, planned_text, result_json
    from bulkreset.clock import SystemClock
    from bulkreset.flow.user.plan import planned_for
    from bulkreset.goals.base import DecisionKind

    tell = _teller(is_aside=asked.as_json or (passwords is not None and passwords.is_made))
    ended: Ended | None = None
    with planned_for(asked.environment, asked.user, wish, asked.keep, SystemClock()) as planned:
        if planned is None:
            tell([nobody_text(asked.user)])
        else:
            tell(planned_text(planned, asked.environment))
        try:
            if planned is not None and planned.carried is not None:
                ended = _carry_out(asked, planned, planned.carried, passwords, tell)
        finally:
            # Also where it was stopped: a password that was made may have been set.
            if asked.as_json:
                chosen = passwords.chosen if passwords is not None and passwords.is_made else None
                say(result_json(asked.user, planned, ended, _run_file(asked, ended), chosen))
        run = _run_file(asked, ended)
        if run is not None:
            tell([evidence_text(run)])
        if ended is not None:
            return ended.exit_code
        is_skip = planned is not None and planned.decision is DecisionKind.SKIP
        return EXIT_DONE if is_skip else EXIT_SOME_ROWS_NOT_DONE


def _carry_out(
    asked: Asked, planned: Planned, carried: Carried, passwords: Passwords | None, tell: Tell
) -> Ended:
    from bulkreset.cli.execution import watching
    from bulkreset.cli.one_user_text import ended_text
    from bulkreset.clock import SystemClock
    from bulkreset.flow.user.carry_out import carried_out

    _refuse_unasked(planned, yes=asked.yes)
    password = None
    if passwords is not None:
        password = passwords.chosen = passwords.choose(planned)
        if passwords.is_made and not asked.as_json:
            say(password.reveal())
    with watching(SILENT, carried.files.run) as watch:
        ended = carried_out(carried, watch, SystemClock(), password)
    tell(ended_text(ended, planned))
    return ended


def _run_file(asked: Asked, ended: Ended | None) -> Path | None:
    """The run file that is there afterwards; nobody's plan is in none."""
    if asked.keep is not None:
        return asked.keep if asked.keep.exists() else None
    return ended.left if ended is not None else None


def _teller(*, is_aside: bool) -> Tell:
    """What tells people: on stdout, or beside it where that is for something else."""

    def tell(lines: Iterable[str]) -> None:
        for line in lines:
            if is_aside:
                click.echo(line, err=True)
            else:
                say(line)

    return tell


def _refuse_unasked(planned: Planned, *, yes: bool) -> None:
    """Raise InputError where nobody is there to ask, and Refused where somebody says no."""
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise InputError("nothing was changed: there is no terminal to ask on; add --yes to do it")
    if not click.confirm(f"\nCarry this out for {planned.user.username}?", err=True):
        raise Refused("nothing was changed")
