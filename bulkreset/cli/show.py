"""bulkreset show RUN --format FORMAT --out FILE."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

import click

from bulkreset.cli.formats import FormatName
from bulkreset.cli.offered import plugins_of
from bulkreset.cli.options import run_argument, since_option
from bulkreset.cli.places import PLACE
from bulkreset.cli.say import say
from bulkreset.places import Place

TEXT = "text"


def _names() -> list[str]:
    return [TEXT, *plugins_of("bulkreset.reporting.plan", "WRITER")()]


@click.command
@run_argument
@click.option(
    "--format", "name", type=FormatName("plan", _names), default=TEXT, show_default=True, help="As what."
)
@click.option("--out", type=PLACE, metavar="FILE", help="Where to, instead of stdout, also s3://bucket/key.")
@since_option
def command(run: Path, name: str, out: Place | None, earlier: Path | None) -> None:
    """Show the plan in RUN: how many users per decision and why, how long, how many messages.

    As text for a terminal, as Markdown for a ticket, as CSV or JSON for programs, or as an HTML page, which
    is one file that needs no network.
    """
    from bulkreset.cli.since_text import changes_text
    from bulkreset.flow.report import sent_by
    from bulkreset.flow.written import write_file

    if earlier is not None and (out is not None or name != TEXT):
        raise click.UsageError("--since is told as text on stdout; leave out --format and --out")
    if out is not None:
        with sent_by(run, out) as path:
            write_file(path, lambda file: _write(run, name, file), run)
    elif name == TEXT:
        for line in [*_lines(run), *(changes_text(run, earlier) if earlier else ())]:
            say(line)
    else:
        _to_stdout(run, name)


def _lines(run: Path) -> list[str]:
    from bulkreset.cli.approval_text import approval_text
    from bulkreset.cli.plan_text import plan_text
    from bulkreset.clock import SystemClock
    from bulkreset.flow.report import estimate_of, reading

    with reading(run) as reader:
        return [
            *plan_text(reader, estimate_of(reader)),
            *approval_text(reader, run, SystemClock()),
        ]


def _write(run: Path, name: str, file: TextIO) -> None:
    from bulkreset.flow.report import reading
    from bulkreset.flow.telling import told_plan
    from bulkreset.reporting.plan.registry import plan_writers

    if name == TEXT:
        file.writelines(f"{line}\n" for line in _lines(run))
        return
    with reading(run) as reader:
        plan_writers()[name].write(told_plan(reader, run), file)


def _to_stdout(run: Path, name: str) -> None:
    from bulkreset.cli.say import utf8_stdout
    from bulkreset.errors import InputError
    from bulkreset.reporting.plan.registry import plan_writers

    if plan_writers()[name].is_for_files and sys.stdout is not None and sys.stdout.isatty():
        raise InputError(
            f"{name} is nothing to read on a terminal; name a file with --out, such as plan.{name}"
        )
    with utf8_stdout() as file:
        _write(run, name, file)
