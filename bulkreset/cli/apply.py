"""bulkreset apply RUN --confirm DIGEST."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bulkreset.cli.options import Manner, run_argument, runner_options
from bulkreset.errors import Refused


@click.command
@run_argument
@click.option("--confirm", metavar="DIGEST", help="The digest of the plan, as `bulkreset show` prints it.")
@runner_options
def command(run: Path, confirm: str | None, manner: Manner) -> int:
    """Carry out the plan in RUN. Without --confirm it asks on a terminal, and refuses elsewhere."""
    from bulkreset.cli.execution import carry_out
    from bulkreset.clock import SystemClock
    from bulkreset.flow.carry_out import apply_run

    def confirmed(digest: str) -> bool:
        if confirm is not None:
            refuse_other(confirm, digest)
            return True
        return sys.stdin.isatty() and sys.stderr.isatty() and _ask(run)

    return carry_out(run, manner, lambda watch: apply_run(run, confirmed, watch, SystemClock(), manner.terms))


def refuse_other(confirm: str, digest: str) -> None:
    if confirm == digest:
        return
    if confirm and digest.startswith(confirm.rstrip("…")):
        raise Refused("the digest given is cut off: write all 64 characters of it")
    raise Refused("the digest given is not that of the plan in this run file; nothing was called")


def _ask(run: Path) -> bool:
    from bulkreset.cli.plan_text import plan_text
    from bulkreset.flow.report import estimate_of, reading

    with reading(run) as reader:
        for line in plan_text(reader, estimate_of(reader)):
            click.echo(line, err=True)
    return click.confirm("\nCarry out this plan?", err=True)
