"""bulkreset check RUN."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import run_argument
from bulkreset.cli.say import say
from bulkreset.errors import EXIT_DONE, Refused


@click.command
@run_argument
def command(run: Path) -> int:
    """Verify a run file: the database, the plan against its digest, every step, the chain of events."""
    from bulkreset.ledger.check import check_run

    findings = check_run(run)
    for finding in findings:
        say(f"{finding.severity}: {finding.what}: {finding.detail}")
    if findings:
        return Refused.exit_code
    say(f"{run} is whole: plan and digest agree, every step is legal, and no event is missing")
    return EXIT_DONE
