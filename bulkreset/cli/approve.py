"""bulkreset approve RUN."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkreset.cli.options import run_argument, safeguards_option
from bulkreset.cli.say import say
from bulkreset.shell import quoted

if TYPE_CHECKING:
    from bulkreset.ledger.read import RunReader
    from bulkreset.planning.approval import Approval, Tally

LONGEST_COMMENT = 1000


@click.command
@run_argument
@click.option("--confirm", metavar="DIGEST", help="The digest of the plan, as `bulkreset show` prints it.")
@click.option("--comment", metavar="TEXT", default="", help="Kept with the approval: a ticket, a condition.")
@safeguards_option
def command(run: Path, confirm: str | None, comment: str, environment: Path | None) -> None:
    """Approve the plan in RUN as the present caller of AWS, who must not be the one who planned.

    Without --confirm it shows the plan and asks on a terminal, and refuses elsewhere.
    """
    from bulkreset.clock import SystemClock
    from bulkreset.flow.approve import approve_run

    approval, counted = approve_run(run, _agreeing(confirm), _one_line(comment), SystemClock(), environment)
    for line in _told(run, approval, counted):
        say(line)


def _agreeing(confirm: str | None) -> Callable[[RunReader, Approval], bool]:
    from bulkreset.cli.apply import refuse_other

    def agree(reader: RunReader, approval: Approval) -> bool:
        if confirm is not None:
            refuse_other(confirm, approval.digest)
            return True
        return sys.stdin.isatty() and sys.stderr.isatty() and _ask(reader, approval)

    return agree


def _ask(reader: RunReader, approval: Approval) -> bool:
    from bulkreset.cli.plan_text import plan_text
    from bulkreset.clock import iso
    from bulkreset.flow.report import estimate_of

    for line in plan_text(reader, estimate_of(reader)):
        click.echo(line, err=True)
    return click.confirm(
        f"\nApprove this plan as {approval.caller}, until {iso(approval.expires_at)}?", err=True
    )


def _one_line(comment: str) -> str:
    from bulkreset.settings.fields import CONTROL

    stripped = comment.strip()
    if CONTROL.search(stripped) or len(stripped) > LONGEST_COMMENT:
        raise click.BadParameter(
            f"write one line of at most {LONGEST_COMMENT} characters", param_hint="--comment"
        )
    return stripped


def _told(run: Path, approval: Approval, counted: Tally) -> list[str]:
    from bulkreset.cli.approval_text import approval_line, tally_line

    if counted.is_enough:
        following = f"next: bulkreset apply {quoted(run)} --confirm {approval.digest}"
    else:
        following = f"next: {counted.lacking} more: bulkreset approve {quoted(run)}"
    return [approval_line(approval), tally_line(counted), following]
