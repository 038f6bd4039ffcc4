"""bulkreset users --environment FILE [--out MANIFEST] [--snapshot FILE] [criteria]."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkreset.cli.options import Decorated, identity_option
from bulkreset.cli.places import LOCAL_FILE, PLACE
from bulkreset.cli.say import say
from bulkreset.cli.selection_options import Asked, selection_options
from bulkreset.places import Place

if TYPE_CHECKING:
    from bulkreset.flow.users import Found


def _place(name: str, variable: str, meaning: str, metavar: str = "FILE") -> Callable[[Decorated], Decorated]:
    return click.option(name, variable, type=PLACE, metavar=metavar, help=meaning)


@click.command
@click.option(
    "--environment",
    "environment_path",
    type=LOCAL_FILE,
    metavar="FILE",
    help="The environment file of the pool. The files below may be s3://bucket/key, too.",
)
@_place("--out", "out", "The manifest to write, .csv or .yaml. It must not exist yet.", "MANIFEST")
@_place("--snapshot", "snapshot_path", "The snapshot of the whole pool to write (Parquet).")
@_place("--from-snapshot", "source", "Select from this snapshot, without any call, and not from the pool.")
@click.option(
    "--recipient",
    "recipients",
    multiple=True,
    metavar="age1…",
    help="Encrypt the snapshot to this age public key; may be given several times.",
)
@identity_option
@selection_options
def command(
    environment_path: Path | None,
    out: Place | None,
    snapshot_path: Place | None,
    source: Place | None,
    recipients: tuple[str, ...],
    identity: Path | None,
    asked: Asked,
) -> None:
    """Read the pool's users, which bills nobody: write a manifest of those who meet all criteria, save
    everybody for `plan --snapshot`, or both. What is written is readable by you alone.
    """
    _check(environment_path, out, snapshot_path, source, recipients, identity, asked)
    from bulkreset.clock import SystemClock
    from bulkreset.flow.users import Wanted, users_of_pool, users_of_snapshot
    from bulkreset.settings.select import selection_of

    wanted = Wanted(selection_of(asked) if asked else None, out, snapshot_path, recipients)
    clock = SystemClock()
    if source is not None:
        found = users_of_snapshot(source, identity, environment_path, wanted, clock)
    else:
        assert environment_path is not None  # noqa: S101 - checked above
        found = users_of_pool(environment_path, wanted, clock)
    _tell(found, out, snapshot_path, clock.now() - found.taken_at if source else None)


def _check(
    environment: Path | None,
    out: Place | None,
    snapshot: Place | None,
    source: Place | None,
    recipients: tuple[str, ...],
    identity: Path | None,
    asked: Asked,
) -> None:
    """Options that make no sense together, each with what to write instead."""
    wrong = {
        "nothing to write: add --out for a manifest, --snapshot for a snapshot": not (out or snapshot),
        "name the pool's --environment, or a snapshot with --from-snapshot": not (environment or source),
        "--from-snapshot makes no snapshot: write --out rather than --snapshot": source and snapshot,
        "--out needs to know which users: add for example --status CONFIRMED, or --everyone": out
        and not asked,
        "--recipient encrypts a snapshot: add --snapshot": recipients and not snapshot,
        "--identity opens an encrypted snapshot: add --from-snapshot": identity and not source,
    }
    for message, is_so in wrong.items():
        if is_so:
            raise click.UsageError(message)


def _tell(found: Found, out: Place | None, snapshot: Place | None, age_seconds: float | None) -> None:
    from bulkreset.reporting.spans import duration

    if snapshot is not None:
        say(f"{found.looked_at:,} users saved in {snapshot}")
    if found.matched is not None:
        of_age = f", {duration(max(0.0, age_seconds))} old" if age_seconds is not None else ""
        written = f": {out}" if out is not None else ""
        say(f"{found.matched:,} of {found.looked_at:,} users match ({found.read}{of_age}){written}")
