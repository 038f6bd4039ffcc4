"""Options and arguments that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Decorated = Callable[..., Any]


def a_file(name: str, metavar: str) -> Callable[[Decorated], Decorated]:
    return click.argument(name, type=click.Path(path_type=Path), metavar=metavar)


run_argument = a_file("run", "RUN")
job_argument = a_file("job", "JOB")

out_run_option = click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="RUN",
    help="The run file to make. It must not exist yet.",
)
snapshot_option = click.option(
    "--snapshot",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Plan against this snapshot of the pool, made by `bulkreset users`, without any call.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the status object on stdout.")


def log_options(command: Decorated) -> Decorated:
    """How progress is told on stderr."""
    command = click.option(
        "--log-identifiers",
        is_flag=True,
        help="Name users in full in progress and logs; otherwise they are masked.",
    )(command)
    return click.option(
        "--log-format",
        type=click.Choice(["auto", "text", "json"]),
        default="auto",
        show_default=True,
        help="auto: a progress bar on a terminal, text lines elsewhere.",
    )(command)
