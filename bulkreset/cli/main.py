"""The entry point: finds the command, and turns whatever ends it into an exit code.

Nothing heavy is imported before a command asks for it: start-up is felt on every cron run.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import NoReturn

import click

import bulkreset
from bulkreset.cli.lazy import LazyGroup
from bulkreset.errors import EXIT_DONE, BulkresetError, InputError, Stopped

COMMANDS = {
    "demo": "Run the whole flow against an embedded Cognito, and look around",
    "init": "Write a job and an environment file to start from",
    "doctor": "Look at the pool and the account of a job, or why one user got no code",
    "notify": "Tell everybody whom a job would tell that this is a test",
    "plan": "Read, resolve, decide: write a run file and change nothing",
    "show": "Show the plan in a run file to people",
    "approve": "Agree to a plan that somebody else made",
    "apply": "Carry out a confirmed plan",
    "run": "Plan and apply under the job's caps, for cron",
    "resume": "Go on with a run that stopped",
    "status": "Say how a run stands",
    "runs": "List the runs in a folder",
    "watch": "Follow a run, also one that cron started",
    "pause": "Have a run pause",
    "continue": "Let a run go on that paused or waits for a go-ahead",
    "rate": "Change how much of the quotas a run uses",
    "stop": "Have a run stop",
    "report": "Write one line per manifest row",
    "retry": "Write a manifest of the rows that were not done",
    "followup": "See who has really changed the password, and write a job for who is left",
    "audit": "Print everything that happened to a run",
    "check": "Verify a run file and its chain of events",
    "iam-policy": "Print the policy of IAM that a job takes",
    "users": "Write a manifest from the pool, or save a snapshot of it",
    "user": "Look after one user, or try what a user does",
    "rehearse": "Walk one user through what a job does to everybody",
    "handout": "Open the sealed passwords of a run, or make the key for it",
    "simulator": "Run the embedded Cognito by itself",
    "completion": "Print the script by which a shell completes all this",
    "schema": "Print the JSON Schema of files or notifications",
}
"""Every command with its line of help; each is the `command` of a module of this package."""

EPILOG = """\b
Exit codes:
  0  all rows done, or skipped as planned
  1  finished, and some rows failed, unknown, drifted, blocked or invalid;
     or `followup --until`: not yet
  2  bad input or usage
  3  refused: preflight, cap, digest, approval, access
  4  stopped, and can be resumed
  5  another process holds the run
  70 a bug"""


class Commands(LazyGroup):
    package = "bulkreset.cli"
    lines = COMMANDS


@click.command(cls=Commands, epilog=EPILOG, context_settings={"max_content_width": 100})
@click.version_option(bulkreset.__version__, message="bulkreset %(version)s")
def cli() -> None:
    """Plan, throttle, carry out and account for bulk user operations on Amazon Cognito user pools."""


def main() -> NoReturn:
    """Run the command line and exit."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a character gets its code rather than a failed run.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        result = cli.main(prog_name="bulkreset", standalone_mode=False)
    except click.ClickException as error:
        _tell(error.show)
        return InputError.exit_code
    except (KeyboardInterrupt, click.Abort):
        _tell(lambda: click.echo("bulkreset: interrupted", err=True))
        return Stopped.exit_code
    except BulkresetError as error:
        told = "\n".join(f"bulkreset: {line}" for line in str(error).splitlines())
        _tell(lambda: click.echo(told, err=True))
        return error.exit_code
    except SystemExit:
        # Outside its standalone mode click exits for one reason: nobody reads the help it prints.
        from bulkreset.cli.say import drop_stdout

        drop_stdout()
        return EXIT_DONE
    except Exception:  # noqa: BLE001 - the last resort: a bug gets its own exit code
        _show_bug()
        return BulkresetError.exit_code
    return result if isinstance(result, int) else EXIT_DONE


def _tell(tell: Callable[[], None]) -> None:
    """Tell on stderr, which may be gone: how a command ended must not depend on who hears of it."""
    try:
        tell()
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    """Both signals end a command in order: what it has begun to write is taken away again.

    SIGINT too, because a shell has its background jobs ignore it.
    """
    raise KeyboardInterrupt


def _show_bug() -> None:
    import traceback

    with suppress(OSError):
        click.echo(f"bulkreset {bulkreset.__version__}: this is a bug, please report it:", err=True)
        click.echo(traceback.format_exc(), err=True)
