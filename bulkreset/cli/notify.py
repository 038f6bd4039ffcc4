"""bulkreset notify JOB."""

from __future__ import annotations

import json
from pathlib import Path

import click

from bulkreset.cli.options import job_argument
from bulkreset.cli.say import say
from bulkreset.errors import EXIT_DONE, Refused


@click.command
@job_argument
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(job: Path, as_json: bool) -> int:
    """Tell everybody whom the environment of JOB names under `notify` that this is a test.

    Asks nothing of the pool. Ends with exit code 3 if somebody could not be told.
    """
    from bulkreset.clock import SystemClock
    from bulkreset.flow.trial import tell_a_test

    told = tell_a_test(job, SystemClock())
    if as_json:
        targets = [{"target": one.target, "told": not one.why, "why": one.why} for one in told]
        say(json.dumps({"targets": targets}, ensure_ascii=False))
    else:
        for one in told:
            say(f"{one.target}: NOT told: {one.why}" if one.why else f"{one.target}: told")
    return Refused.exit_code if any(one.why for one in told) else EXIT_DONE
