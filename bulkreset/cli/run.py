"""bulkreset run JOB --out RUN --yes."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import (
    Manner,
    check_identity,
    identity_option,
    job_argument,
    out_run_option,
    runner_options,
    snapshot_option,
)
from bulkreset.errors import Refused, RunBusy
from bulkreset.places import Place


@click.command
@job_argument
@out_run_option
@click.option("--yes", is_flag=True, help="Carry the plan out without asking, under the job's caps.")
@click.option(
    "--resume-latest",
    is_flag=True,
    help="Go on with the job's unfinished run, or begin one; --out may be a folder of runs. For cron.",
)
@snapshot_option
@identity_option
@runner_options
def command(
    job: Path,
    out: Path,
    yes: bool,
    resume_latest: bool,
    snapshot: Place | None,
    identity: Path | None,
    manner: Manner,
) -> int:
    """Plan and apply in one go, for cron. The caps of the environment still hold."""
    from bulkreset.clock import SystemClock
    from bulkreset.flow.latest import Apply, Begin, latest_run, only_one

    check_identity(identity, snapshot)
    if not yes:
        raise Refused("`run` changes users without asking; add --yes, or use `plan` and `apply`")
    if not resume_latest:
        return _begin(job, out, snapshot, identity, manner)
    try:
        with only_one(job, out):
            latest = latest_run(job, out, SystemClock())
            if isinstance(latest, Begin):
                return _begin(job, latest.run, snapshot, identity, manner)
            if isinstance(latest, Apply):
                return _apply(latest.run, manner)
            return _take_up(latest.run, manner)
    except RunBusy as busy:
        if manner.quiet:
            return busy.exit_code
        raise


def _begin(job: Path, run: Path, snapshot: Place | None, identity: Path | None, manner: Manner) -> int:
    from bulkreset.cli.execution import carry_out
    from bulkreset.clock import SystemClock
    from bulkreset.flow.carry_out import apply_run
    from bulkreset.flow.plan import plan_job

    clock = SystemClock()
    planned = plan_job(job, run, snapshot, clock, identity)
    return carry_out(
        run,
        manner,
        lambda watch: apply_run(run, lambda digest: digest == planned, watch, clock, manner.terms),
    )


def _apply(run: Path, manner: Manner) -> int:
    """Carry out a plan that this line made earlier, as far as others have approved it."""
    from bulkreset.cli.execution import carry_out
    from bulkreset.clock import SystemClock
    from bulkreset.flow.carry_out import apply_run

    return carry_out(
        run, manner, lambda watch: apply_run(run, lambda _digest: True, watch, SystemClock(), manner.terms)
    )


def _take_up(run: Path, manner: Manner) -> int:
    from dataclasses import replace

    from bulkreset.cli.execution import carry_out
    from bulkreset.clock import SystemClock
    from bulkreset.flow.carry_out import resume_run

    terms = replace(manner.terms, by_itself=True)
    return carry_out(run, manner, lambda watch: resume_run(run, watch, SystemClock(), terms))
