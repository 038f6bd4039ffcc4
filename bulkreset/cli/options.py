"""Options and arguments that several commands share."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from bulkreset.cli.places import LOCAL_FILE, PLACE, RUN_FILE, LocalFile
from bulkreset.flow.terms import Terms
from bulkreset.places import Place

Decorated = Callable[..., Any]


def a_file(name: str, metavar: str, kind: click.Path = LOCAL_FILE) -> Callable[[Decorated], Decorated]:
    return click.argument(name, type=kind, metavar=metavar)


run_argument = a_file("run", "RUN", RUN_FILE)
job_argument = a_file("job", "JOB", LocalFile(".yaml", ".yml"))

out_run_option = click.option(
    "--out",
    required=True,
    type=RUN_FILE,
    metavar="RUN",
    help="The run file to make. It must not exist yet.",
)
snapshot_option = click.option(
    "--snapshot",
    type=PLACE,
    metavar="FILE",
    help="Plan against this snapshot, made by `bulkreset users`, without a call to the pool; may be s3://….",
)
safeguards_option = click.option(
    "--environment",
    type=LOCAL_FILE,
    metavar="FILE",
    help="Ask for the approvals and the age of plans of this environment file, too.",
)
identity_option = click.option(
    "--identity",
    type=LOCAL_FILE,
    metavar="KEYFILE",
    help="The file of your age identity, for a snapshot that is encrypted.",
)
since_option = click.option(
    "--since",
    "earlier",
    type=RUN_FILE,
    metavar="EARLIER",
    help="Say as well what changed against the plan in this run file.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print the status object on stdout.")


def check_identity(identity: Path | None, snapshot: Place | None) -> None:
    """Raises UsageError for a key with nothing to open."""
    if identity is not None and snapshot is None:
        raise click.UsageError("--identity opens an encrypted snapshot: add --snapshot")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a run is carried out and told about, as the command line says."""

    terms: Terms
    as_json: bool
    quiet: bool
    log_format: str
    log_identifiers: bool


def runner_options(command: Decorated) -> Decorated:
    """The options of every command that carries a run out; the command gets them as one `manner`."""

    @functools.wraps(command)
    def with_manner(
        *,
        wait: bool,
        other_caller: bool,
        environment: Path | None,
        as_json: bool,
        quiet: bool,
        log_format: str,
        log_identifiers: bool,
        **others: Any,  # noqa: ANN401 - the command's own
    ) -> Any:  # noqa: ANN401 - whatever it returns
        terms = Terms(waits=wait, other_caller=other_caller, environment=environment)
        return command(**others, manner=Manner(terms, as_json, quiet, log_format, log_identifiers))

    options = [
        click.option(
            "--wait",
            is_flag=True,
            help="Wait for the job's window and for tomorrow's messages rather than stop with exit code 4.",
        ),
        click.option(
            "--other-caller",
            is_flag=True,
            help="Allow another caller of the same account than the one who planned.",
        ),
        safeguards_option,
        json_option,
        click.option(
            "--quiet",
            is_flag=True,
            help="Say nothing unless something is wrong: rows that were not done, an unforeseen stop.",
        ),
        click.option(
            "--log-format",
            type=click.Choice(["auto", "text", "json"]),
            default="auto",
            show_default=True,
            help="auto: a progress bar on a terminal, text lines elsewhere.",
        ),
        click.option(
            "--log-identifiers",
            is_flag=True,
            help="Name users in full in progress and logs; otherwise they are masked.",
        ),
    ]
    decorated: Decorated = with_manner
    for option in reversed(options):
        decorated = option(decorated)
    return decorated
