"""bulkreset doctor JOB [--user NAME]."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import job_argument
from bulkreset.cli.say import say
from bulkreset.errors import EXIT_DONE, Refused


@click.command
@job_argument
@click.option(
    "--user",
    metavar="NAME",
    help="Say why this user got no code: by username, sub, e-mail address or phone number.",
)
@click.option(
    "--read-mfa",
    is_flag=True,
    help="With --user: read the second factor too, which bills the user as active (AdminGetUser).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(job: Path, user: str | None, read_mfa: bool, as_json: bool) -> int:
    """Look at the pool and the account of JOB: what speaks against it, and what to know before.

    Changes nothing and sends nothing. Every plan and apply looks at the same by itself. Ends with exit code 3
    if there is a problem.
    """
    from bulkreset.cli.doctor_text import diagnosis_json, diagnosis_text
    from bulkreset.clock import SystemClock
    from bulkreset.flow.doctor import diagnose
    from bulkreset.preflight.findings import problems

    if read_mfa and user is None:
        raise click.UsageError("--read-mfa is about one user; name it with --user")
    diagnosis = diagnose(job, user, SystemClock(), read_mfa=read_mfa)
    for line in [diagnosis_json(diagnosis)] if as_json else diagnosis_text(diagnosis):
        say(line)
    return Refused.exit_code if problems(diagnosis.findings) else EXIT_DONE
