"""bulkreset resume RUN."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import json_option, log_options, run_argument


@click.command
@run_argument
@json_option
@log_options
def command(run: Path, as_json: bool, log_format: str, log_identifiers: bool) -> int:
    """Go on with a run that stopped, however it stopped; what is unknown is read back first."""
    from bulkreset.cli.execution import finish, watching
    from bulkreset.clock import SystemClock
    from bulkreset.flow.carry_out import resume_run
    from bulkreset.flow.report import status_of

    with watching(log_format, log_identifiers=log_identifiers) as watch:
        return finish(lambda: resume_run(run, watch, SystemClock()), lambda: status_of(run), as_json=as_json)
