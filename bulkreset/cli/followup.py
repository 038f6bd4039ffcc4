"""bulkreset followup RUN."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkreset.cli.followup_options import Asked, followup_options
from bulkreset.cli.options import run_argument
from bulkreset.cli.say import say
from bulkreset.errors import EXIT_DONE, EXIT_SOME_ROWS_NOT_DONE

if TYPE_CHECKING:
    from bulkreset.flow.followup.next_job import Written
    from bulkreset.reporting.followup.base import FollowUp


@click.command
@run_argument
@followup_options
def command(run: Path, asked: Asked) -> int:
    """See who has really changed the password since a run, and write a job for who is left.

    Reads the users again, which bills nobody and changes nothing in the pool, and keeps the counts in RUN.
    """
    from bulkreset.clock import SystemClock
    from bulkreset.flow.followup.look import follow_up, refuse_undecidable
    from bulkreset.flow.followup.next_job import write_next_job
    from bulkreset.flow.followup.record import record, with_this
    from bulkreset.flow.followup.tell import tell_milestone
    from bulkreset.flow.report import sent_by
    from bulkreset.flow.written import write_file
    from bulkreset.reporting.followup.registry import followup_writers

    clock = SystemClock()
    told = with_this(follow_up(run, asked.by, asked.soon_seconds, clock))
    if asked.until is not None:
        refuse_undecidable(told)
    reached = None if asked.until is None else told.has_reached(asked.until)
    if asked.format_name:
        writer = followup_writers()[asked.format_name]
        with sent_by(run, asked.out) as path:
            write_file(path, lambda file: writer.write(told, file), run)
    written = None
    if asked.kind and told.whole.left and not reached:
        written = write_next_job(told, run, asked.kind, asked.job_out, asked.recipients)
    _print(told, asked, reached, written)
    if asked.records and told.whole.total:
        record(told, run, clock)
        for trouble in tell_milestone(told, run, clock):
            click.echo(f"bulkreset: not notified: {trouble.target}: {trouble.why}", err=True)
    return EXIT_SOME_ROWS_NOT_DONE if reached is False else EXIT_DONE


def _print(told: FollowUp, asked: Asked, reached: bool | None, written: Written | None) -> None:
    if asked.as_json:
        _print_json(told, asked, reached, written)
        return
    from bulkreset.cli.followup_text import followup_text

    for line in followup_text(told):
        say(line)
    if asked.format_name:
        say(f"\nwritten: {asked.out}")
    if reached is not None:
        say(f"\n{_until_text(told, asked, reached=reached)}")
    if asked.kind and written is None:
        say(
            "\nno job is written: "
            + ("enough have changed it" if reached and told.whole.awaited else "nobody is left")
        )
    if written is not None:
        _tell_next(written)


def _until_text(told: FollowUp, asked: Asked, *, reached: bool) -> str:
    from bulkreset.settings.percentages import percentage_text

    wanted = percentage_text(asked.until or 0.0)
    if reached:
        return f"{wanted} have changed it" if told.whole.awaited else "nobody is left to wait for"
    if not told.is_over:
        return f"not yet {wanted}: the run is {told.subject.state}"
    return f"not yet {wanted}" + (f": {told.missed:,} rows failed or drifted" if told.missed else "")


def _tell_next(written: Written) -> None:
    plan = shlex.join(["bulkreset", "plan", str(written.job), "--out", str(written.job.with_suffix(".run"))])
    say(f"\n{written.job}: {written.goal} for the {written.rows:,} users in {written.manifest.name}")
    if written.left_out:
        say(f"  {written.left_out:,} more are left whom no message of Cognito reaches; they are not in it")
    say(f"next: {plan}")


def _print_json(told: FollowUp, asked: Asked, reached: bool | None, written: Written | None) -> None:
    import json

    from bulkreset.reporting.followup.json import followup_json

    until = None if asked.until is None else {"wanted": asked.until, "reached": reached}
    job = written and {
        "job": str(written.job),
        "manifest": str(written.manifest),
        "goal": written.goal,
        "rows": written.rows,
        "left_out": written.left_out,
    }
    say(json.dumps({**followup_json(told), "until": until, "written": job}, ensure_ascii=False))
