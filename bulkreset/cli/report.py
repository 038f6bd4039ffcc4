"""bulkreset report RUN --format FORMAT --out FILE."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.formats import FormatName
from bulkreset.cli.options import run_argument


def _names() -> list[str]:
    from bulkreset.reporting.registry import writers

    return list(writers())


@click.command
@run_argument
@click.option(
    "--format",
    "format_name",
    type=FormatName("report", _names),
    default="csv",
    show_default=True,
    help="As what.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Where to.")
def command(run: Path, format_name: str, out: Path) -> None:
    """Write what became of every manifest row, each exactly once."""
    from bulkreset.flow.report import write_report

    write_report(run, format_name, out)
