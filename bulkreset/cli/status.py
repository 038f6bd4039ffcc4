"""bulkreset status RUN."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import json_option, run_argument
from bulkreset.cli.say import say


@click.command
@run_argument
@json_option
def command(run: Path, as_json: bool) -> None:
    """Say how a run stands, also while it is running."""
    from bulkreset.cli.approval_text import approval_text
    from bulkreset.cli.output import print_json, print_outcomes
    from bulkreset.cli.standing_text import standing_text
    from bulkreset.clock import SystemClock
    from bulkreset.flow.report import reading, status_of

    status = status_of(run)
    if as_json:
        print_json(status)
    else:
        print_outcomes(status)
        for line in standing_text(run):
            say(line)
        with reading(run) as reader:
            for line in approval_text(reader, run, SystemClock()):
                say(f"  {line}")
