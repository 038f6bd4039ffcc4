"""bulkreset report RUN --format FORMAT --out FILE."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.options import run_argument


class WriterName(click.ParamType[str]):
    """The name of a report writer; which there are is looked up only when asked."""

    name = "format"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        return f"[{'|'.join(_names())}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in _names():
            self.fail(f"there is no report format {value!r}; write {' or '.join(_names())}", param, ctx)
        return value


@click.command
@run_argument
@click.option("--format", "format_name", type=WriterName(), default="csv", show_default=True, help="As what.")
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Where to.")
def command(run: Path, format_name: str, out: Path) -> None:
    """Write what became of every manifest row, each exactly once."""
    from bulkreset.flow.report import write_report

    write_report(run, format_name, out)


def _names() -> list[str]:
    from bulkreset.reporting.registry import writers

    return list(writers())
