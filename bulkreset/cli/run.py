"""bulkreset run JOB --out RUN --yes."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import job_argument, json_option, log_options, out_run_option, snapshot_option
from bulkreset.errors import Refused


@click.command
@job_argument
@out_run_option
@click.option("--yes", is_flag=True, help="Carry the plan out without asking, under the job's caps.")
@snapshot_option
@json_option
@log_options
def command(
    job: Path,
    out: Path,
    yes: bool,
    snapshot: Path | None,
    as_json: bool,
    log_format: str,
    log_identifiers: bool,
) -> int:
    """Plan and apply in one go, for cron. The caps of the environment still hold."""
    from bulkreset.cli.execution import finish, watching
    from bulkreset.clock import SystemClock
    from bulkreset.flow.carry_out import apply_run
    from bulkreset.flow.plan import plan_job
    from bulkreset.flow.report import status_of

    if not yes:
        raise Refused("`run` changes users without asking; add --yes, or use `plan` and `apply`")
    clock = SystemClock()
    planned = plan_job(job, out, snapshot, clock)
    with watching(log_format, log_identifiers=log_identifiers) as watch:
        return finish(
            lambda: apply_run(out, lambda digest: digest == planned, watch, clock),
            lambda: status_of(out),
            as_json=as_json,
        )
