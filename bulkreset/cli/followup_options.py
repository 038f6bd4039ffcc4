"""The options of `bulkreset followup`, and which of them make sense together."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import click

from bulkreset.cli.formats import FormatName
from bulkreset.cli.offered import columns_of_run, plugins_of
from bulkreset.cli.places import PLACE
from bulkreset.places import Place

Decorated = Callable[..., Any]

REMINDER = "reminder"
ESCALATIONS = ("disable", "temporary-password", "sign-out")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a follow-up is to do. `format_name` and `out` are "" and the empty path where no file is written.

    `kind` is that of the job to write, "" for none, and `job_out` where to. `until` is a fraction.
    """

    by: str
    soon_seconds: float
    until: float | None
    kind: str
    job_out: Path | None
    recipients: tuple[str, ...]
    format_name: str
    out: Place
    as_json: bool
    records: bool


_names = plugins_of("bulkreset.reporting.followup", "WRITER")


class Fraction(click.ParamType[float]):
    """A percentage such as `95%`."""

    name = "percentage"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from bulkreset.settings.percentages import percentage

        found = value if isinstance(value, float) else percentage(value)
        if not found:
            self.fail(f"{value!r} is no percentage; write for example 95%", param, ctx)
        return found


class Duration(click.ParamType[float]):
    """A length of time such as `2d`, in seconds."""

    name = "duration"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from bulkreset.settings.durations import read_duration

        found = value if isinstance(value, float) else read_duration(value)
        if found is None:
            self.fail(f"{value!r} is no length of time; write for example 2d, or 12h", param, ctx)
        return found


OPTIONS = (
    click.option(
        "--by",
        default="",
        metavar="COLUMN",
        shell_complete=columns_of_run,
        help="Count by this column of the run's manifest, too.",
    ),
    click.option(
        "--expiring-within",
        "soon_seconds",
        type=Duration(),
        default="2d",
        metavar="TIME",
        show_default=True,
        help="From when on a temporary password counts as expiring.",
    ),
    click.option(
        "--until",
        type=Fraction(),
        metavar="PERCENT",
        help="End with exit code 1 until so many have changed it, such as 95%.",
    ),
    click.option(
        "--remind",
        is_flag=True,
        help="Write a job that sends who is left a new code, or gives a new password.",
    ),
    click.option(
        "--escalate", type=click.Choice(ESCALATIONS), help="Write a job that does this to who is left."
    ),
    click.option(
        "--recipient",
        "recipients",
        multiple=True,
        metavar="age1…",
        help="Who that job hands its passwords out to, if not as the former; may be given several times.",
    ),
    click.option(
        "--out",
        type=PLACE,
        metavar="FILE",
        help=(
            "The file to write, also s3://bucket/key. With --remind or --escalate: a folder, or the name of "
            "the files without suffix; beside RUN if left out."
        ),
    ),
    click.option(
        "--format",
        "format_name",
        type=FormatName("follow-up", _names),
        help="As what; by default as FILE ends.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout."),
    click.option("--no-record", is_flag=True, help="Leave RUN as it is."),
)


def followup_options(command: Decorated) -> Decorated:
    """The options; the command gets them as one `asked`. Raises UsageError for what contradicts itself."""

    @functools.wraps(command)
    def with_asked(
        *,
        remind: bool,
        escalate: str | None,
        out: Place | None,
        format_name: str | None,
        recipients: tuple[str, ...],
        no_record: bool,
        **others: Any,  # noqa: ANN401 - the command's own
    ) -> Any:  # noqa: ANN401 - whatever it returns
        kind = _kind(remind, escalate)
        _check(kind, out, format_name, recipients)
        of_file = "" if kind or out is None else format_name or _format_of(out)
        asked = Asked(
            kind=kind,
            job_out=out if kind and isinstance(out, Path) else None,
            recipients=recipients,
            format_name=of_file,
            out=out or Path(),
            records=not no_record,
            **{name: others.pop(name) for name in ("by", "soon_seconds", "until", "as_json")},
        )
        return command(**others, asked=asked)

    decorated: Decorated = with_asked
    for option in reversed(OPTIONS):
        decorated = option(decorated)
    return decorated


def _kind(remind: bool, escalate: str | None) -> str:
    if remind and escalate:
        raise click.UsageError("--remind and --escalate write a job each: give one of them")
    return REMINDER if remind else escalate or ""


def _check(kind: str, out: Place | None, format_name: str | None, recipients: tuple[str, ...]) -> None:
    if kind and out is not None and not isinstance(out, Path):
        raise click.UsageError("a job is written on this machine: name a folder with --out")
    if recipients:
        from bulkreset.secrets.age import is_recipient

        if not kind:
            raise click.UsageError("--recipient is for a job that is written: add --remind or --escalate")
        if not all(map(is_recipient, recipients)):
            # It may be the secret half of a key, so it is not repeated.
            raise click.UsageError("a --recipient is none; write what `bulkreset handout keygen` prints")
    if format_name and kind:
        raise click.UsageError(
            "--format is for the follow-up itself; leave it out with --remind and --escalate"
        )
    if format_name and out is None:
        raise click.UsageError("--format needs to know where to: add --out FILE")


def _format_of(out: Place) -> str:
    suffix = PurePath(out.name).suffix.lower().removeprefix(".")
    if suffix not in _names():
        raise click.UsageError(
            f"the name {out.name} does not tell a format; add --format {' or '.join(_names())}"
        )
    return suffix
