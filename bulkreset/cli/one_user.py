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
from bulkreset.cli.say import say
from bulkreset.errors import EXIT_DONE, EXIT_SOME_ROWS_NOT_DONE, BulkresetError, InputError, Refused
from bulkreset.flow.terms import NO_CONCESSIONS

if TYPE_CHECKING:
    from bulkreset.flow.user.carry_out import Planned
    from bulkreset.flow.user.wish import Wish

Decorated = Callable[..., Any]

SILENT = Manner(NO_CONCESSIONS, as_json=False, quiet=True, log_format="auto", log_identifiers=False)

user_argument = click.argument("user", metavar="USER")
environment_option = click.option(
    "--environment",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The environment file: which pool, with whose permissions.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
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
            type=click.Path(path_type=Path),
            metavar="RUN",
            help="Keep the run file as evidence, for `bulkreset report` and `audit`. It must not exist yet.",
        ),
        click.option("--reason", default="", metavar="TEXT", help="Who wants this and why; kept in the run."),
    ]
    decorated: Decorated = with_asked
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


def change(asked: Asked, wish: Wish) -> int:
    """Plan for one user, tell, ask, carry out, and tell how it ended. Returns the exit code."""
    from bulkreset.cli.execution import watching
    from bulkreset.cli.labels import nobody_text
    from bulkreset.cli.one_user_text import ended_text, planned_text, result_json
    from bulkreset.clock import SystemClock
    from bulkreset.flow.user.carry_out import carried_out, planned_for
    from bulkreset.goals.base import DecisionKind

    clock = SystemClock()
    with planned_for(asked.environment, asked.user, wish, asked.keep, clock) as planned:
        if planned is None:
            _tell(asked, [nobody_text(asked.user)])
            _print_json(asked, result_json(asked.user, None, None, asked.keep))
            return EXIT_SOME_ROWS_NOT_DONE
        _tell(asked, planned_text(planned, asked.environment))
        ended = None
        code = EXIT_DONE if planned.decision is DecisionKind.SKIP else EXIT_SOME_ROWS_NOT_DONE
        if planned.decision is DecisionKind.DO:
            if not asked.yes and not _agreed(planned):
                _print_json(asked, result_json(asked.user, planned, None, asked.keep))
                raise _not_agreed()
            with watching(SILENT) as watch:
                ended = carried_out(planned, watch, clock)
            code = ended.exit_code
            _tell(asked, ended_text(ended, planned, asked.keep))
        _print_json(asked, result_json(asked.user, planned, ended, asked.keep))
        return code


def _tell(asked: Asked, lines: Iterable[str]) -> None:
    """Tell people: on stdout, or beside it where that is for machines."""
    for line in lines:
        if asked.as_json:
            click.echo(line, err=True)
        else:
            say(line)


def _print_json(asked: Asked, text: str) -> None:
    if asked.as_json:
        say(text)


def _agreed(planned: Planned) -> bool:
    """Whether whoever is there agrees; nobody does where nobody is."""
    return _is_somebody_there() and click.confirm(f"\nCarry this out for {planned.user.username}?", err=True)


def _not_agreed() -> BulkresetError:
    if _is_somebody_there():
        return Refused("nothing was changed")
    return InputError("nothing was changed: there is no terminal to ask on; add --yes to do it")


def _is_somebody_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
