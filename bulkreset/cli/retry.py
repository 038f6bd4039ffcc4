"""bulkreset retry RUN --out FILE."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import run_argument
from bulkreset.cli.places import PLACE
from bulkreset.cli.say import say
from bulkreset.places import Place


@click.command
@run_argument
@click.option(
    "--out",
    required=True,
    type=PLACE,
    metavar="FILE",
    help="The CSV manifest to write, also s3://bucket/key. It must not exist yet.",
)
def command(run: Path, out: Place) -> None:
    """Write a manifest of exactly the rows that were not done, each with why, for the next job."""
    from bulkreset.flow.retry import write_retry

    rows = write_retry(run, out)
    if rows:
        say(f"{rows:,} rows in {out}, each with `retry_reason`; plan a job with it as `manifest`")
    else:
        say(f"every row of {run} is done or was skipped as planned; {out} has only a header")
