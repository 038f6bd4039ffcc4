"""bulkreset report RUN --format FORMAT --out FILE."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import run_argument
from bulkreset.errors import InputError


@click.command
@run_argument
@click.option("--format", "format_name", default="csv", show_default=True, help="csv or json.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Where to.")
def command(run: Path, format_name: str, out: Path) -> None:
    """Write what became of every manifest row, each exactly once."""
    from bulkreset.flow.report import write_report
    from bulkreset.reporting.registry import writers

    if format_name not in writers():
        raise InputError(f"there is no report format {format_name!r}; write {' or '.join(writers())}")
    write_report(run, format_name, out)
