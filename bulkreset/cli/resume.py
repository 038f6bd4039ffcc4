"""bulkreset resume RUN."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import Manner, run_argument, runner_options


@click.command
@run_argument
@runner_options
def command(run: Path, manner: Manner) -> int:
    """Go on with a run that stopped, however it stopped; what is unknown is read back first.

    It is also the go-ahead for the next wave, and after too many rows failed.
    """
    from bulkreset.cli.execution import carry_out
    from bulkreset.clock import SystemClock
    from bulkreset.flow.carry_out import resume_run

    return carry_out(run, manner, lambda watch: resume_run(run, watch, SystemClock(), manner.terms))
