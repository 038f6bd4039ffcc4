"""bulkreset report RUN --format FORMAT --out FILE."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.formats import FormatName
from bulkreset.cli.offered import plugins_of
from bulkreset.cli.options import run_argument
from bulkreset.cli.places import PLACE
from bulkreset.places import Place


@click.command
@run_argument
@click.option(
    "--format",
    "format_name",
    type=FormatName("report", plugins_of("bulkreset.reporting", "WRITER")),
    default="csv",
    show_default=True,
    help="As what.",
)
@click.option("--out", required=True, type=PLACE, metavar="FILE", help="Where to, also s3://bucket/key.")
@click.option("--names", is_flag=True, help="Name users also in a format that many people see (junit).")
def command(run: Path, format_name: str, out: Place, names: bool) -> None:
    """Write what became of every manifest row, each exactly once.

    As CSV or JSON for scripts, as a workbook for people who look rows up, as Parquet for analysts, or as
    JUnit XML for the pages of a CI system, which names no user unless it is told to.
    """
    from bulkreset.flow.report import write_report
    from bulkreset.reporting.registry import writers

    if names and not writers()[format_name].names_on_demand:
        raise click.UsageError(f"{format_name} names users by itself; leave out --names")
    write_report(run, format_name, out, names_users=names)
