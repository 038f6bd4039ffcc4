"""bulkreset users --environment FILE --snapshot FILE."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.say import say


@click.command
@click.option(
    "--environment",
    "environment_path",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The environment file of the pool.",
)
@click.option(
    "--snapshot",
    "snapshot_path",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The snapshot to write (Parquet, readable by you alone).",
)
def command(environment_path: Path, snapshot_path: Path) -> None:
    """Read every user of the pool, which bills nobody, and save them for `plan --snapshot`."""
    from bulkreset.clock import SystemClock
    from bulkreset.flow.snapshot import take_snapshot

    users = take_snapshot(environment_path, snapshot_path, SystemClock())
    say(f"{users:,} users saved in {snapshot_path}")
