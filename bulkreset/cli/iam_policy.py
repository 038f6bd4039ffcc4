"""bulkreset iam-policy JOB."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import job_argument
from bulkreset.cli.places import PLACE
from bulkreset.cli.say import say
from bulkreset.errors import Refused
from bulkreset.places import Place


@click.command
@job_argument
@click.option(
    "--for",
    "phase",
    type=click.Choice(["plan", "approve", "apply", "handout", "followup"]),
    default="apply",
    show_default=True,
    help=(
        "For whom: who plans, who approves, who applies (and may plan, too), who hands out passwords that "
        "are in AWS, or who follows up."
    ),
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["json", "terraform"]),
    default="json",
    show_default=True,
    help="As what.",
)
@click.option(
    "--account",
    metavar="ID",
    default="",
    help="The account of the pool; otherwise that of the environment's role, or of whoever calls.",
)
@click.option(
    "--only-needed",
    is_flag=True,
    help="Leave out what a run can do without: limits are assumed then, and preflight finds less.",
)
@click.option(
    "--report-to",
    "written",
    type=PLACE,
    metavar="s3://…",
    help="Where in S3 reports are written; a key that ends in * stands for all that begin so.",
)
def command(
    job: Path, phase: str, format_name: str, account: str, only_needed: bool, written: Place | None
) -> None:
    """Print the policy of IAM with the least that JOB takes, derived from what it may call."""
    from bulkreset.clock import SystemClock
    from bulkreset.flow.iam_policy import iam_policy
    from bulkreset.places import S3Object
    from bulkreset.preflight.least_privilege import Phase
    from bulkreset.reporting.iam_policy import FORMATS

    if account and not (account.isdecimal() and len(account) == 12):  # noqa: PLR2004 - as AWS numbers them
        raise click.BadParameter(f"{account!r} is not an account id of 12 digits", param_hint="--account")
    if written is not None and not isinstance(written, S3Object):
        raise click.BadParameter("a file on this machine takes no permission", param_hint="--report-to")
    policy = iam_policy(job, Phase(phase), account, SystemClock(), only_needed=only_needed, written=written)
    if not policy.statements:
        raise Refused(f"to {phase} takes no permission: any identity of AWS may ask who it is")
    say(FORMATS[format_name](policy))
