"""bulkreset rehearse JOB --client-id ID --user NAME."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkreset.cli.canary_code import canary_code
from bulkreset.cli.given_secrets import given_secrets, secrets_stdin_option
from bulkreset.cli.offered import offered, plugins_of
from bulkreset.cli.options import job_argument
from bulkreset.cli.pairs import attribute_option, pairs_of
from bulkreset.cli.say import say
from bulkreset.errors import EXIT_DONE, Refused

if TYPE_CHECKING:
    from bulkreset.flow.rehearsal.rehearse import AskCode, Asked, Rehearsal


def _walks() -> list[str]:
    return [*plugins_of("bulkreset.flow.rehearsal.walks", "WALK")(), "all"]


@click.command
@job_argument
@click.option("--client-id", required=True, metavar="ID", help="The app client that users sign in to.")
@click.option(
    "--user",
    "canary",
    required=True,
    metavar="NAME",
    help="The canary: a user of your own, by username, sub, e-mail address or phone number.",
)
@click.option(
    "--walk",
    default="",
    metavar="NAME",
    shell_complete=offered(_walks),
    help="Take this walk, or `all`, instead of those that the job sends users.",
)
@attribute_option
@secrets_stdin_option
@click.option(
    "--code-from-simulator",
    is_flag=True,
    help="Take the code from the outbox of the embedded simulator rather than ask for it.",
)
@click.option("--yes", is_flag=True, help="Do not ask before the canary is changed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def command(
    job: Path,
    client_id: str,
    canary: str,
    walk: str,
    pairs: tuple[str, ...],
    secrets_stdin: bool,
    code_from_simulator: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Walk one canary user through what JOB does to everybody, as its app would, before anybody is touched.

    Says at each step what the user sees and what the app must handle. The canary is really reset, gets real
    messages, is billed as active, and ends with a password that nobody knows, or `new_password` of standard
    input. How it went is kept: an environment may want it before `apply`. Exit code 3 if a step fails.
    """
    from bulkreset.clock import SystemClock
    from bulkreset.flow.rehearsal.rehearse import Asked, rehearsal

    secrets = given_secrets(secrets_stdin)
    final = secrets.optional("new_password")
    asked = Asked(
        job=job,
        client_id=client_id,
        canary=canary,
        walk=walk,
        client_secret=secrets.optional("client_secret"),
        attributes=pairs_of(pairs),
        final=(lambda: final) if final is not None else None,
    )
    with rehearsal(asked, SystemClock()) as ready:
        code = canary_code(ready, secrets, from_simulator=code_from_simulator)
        return _run(ready, asked, code, yes=yes, as_json=as_json)


def _run(ready: Rehearsal, asked: Asked, code: AskCode, *, yes: bool, as_json: bool) -> int:
    from bulkreset.cli.rehearsal_text import ended_text, opening_text, result_json, step_text, unkept_text
    from bulkreset.clock import SystemClock
    from bulkreset.flow.rehearsal.steps import Step

    def aside(line: str) -> None:
        if as_json:
            click.echo(line, err=True)
        else:
            say(line)

    for line in opening_text(ready):
        aside(line)
    if not yes:
        _ask(ready.user.username)

    def tell(walk: str, step: Step) -> None:
        for line in step_text(walk, step):
            aside(line)

    walked = ready.run(SystemClock(), tell, code)
    for line in (*ended_text(walked, knows_password=asked.final is not None), *unkept_text(walked)):
        aside(line)
    if as_json:
        say(result_json(ready, walked))
    return EXIT_DONE if all(one.passed for one in walked) else Refused.exit_code


def _ask(username: str) -> None:
    """Raises Refused where nobody is there to ask, or somebody says no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refused("nothing was changed: there is no terminal to ask on; add --yes to do it")
    if not click.confirm(f"\nChange {username}?", err=True):
        raise Refused("nothing was changed")
