"""bulkreset plan JOB --out RUN."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import (
    check_identity,
    identity_option,
    job_argument,
    json_option,
    out_run_option,
    since_option,
    snapshot_option,
)
from bulkreset.cli.say import say
from bulkreset.places import Place


@click.command(short_help="")
@job_argument
@out_run_option
@snapshot_option
@identity_option
@since_option
@json_option
def command(
    job: Path, out: Path, snapshot: Place | None, identity: Path | None, earlier: Path | None, as_json: bool
) -> None:
    """Read, resolve and decide. Writes the run file RUN and changes nothing in the pool."""
    from bulkreset.cli.approval_text import next_step
    from bulkreset.cli.output import print_json
    from bulkreset.cli.plan_text import plan_text
    from bulkreset.cli.since_text import changes_text
    from bulkreset.clock import SystemClock
    from bulkreset.flow.plan import plan_job
    from bulkreset.flow.report import estimate_of, reading, status_of

    check_identity(identity, snapshot)
    if earlier is not None:
        if as_json:
            raise click.UsageError(
                "--since is told as text; leave out --json and use `bulkreset show --since`"
            )
        # Told before anything is read from the pool: a file that is none.
        with reading(earlier):
            pass
    digest = plan_job(job, out, snapshot, SystemClock(), identity)
    if as_json:
        print_json(status_of(out))
        return
    with reading(out) as reader:
        for line in plan_text(reader, estimate_of(reader)):
            say(line)
        for line in ("", *changes_text(out, earlier)) if earlier else ():
            say(line)
        say(f"\nnext: {next_step(reader, out, digest)}")
