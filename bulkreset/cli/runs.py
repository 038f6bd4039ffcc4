"""bulkreset runs FOLDER."""

from __future__ import annotations

from pathlib import Path

import click

from bulkreset.cli.say import say, stdout_encoding


@click.command
@click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=False), default=Path(), metavar="[FOLDER]"
)
@click.option("--json", "as_json", is_flag=True, help="Print an object for each run, one a line.")
def command(folder: Path, as_json: bool) -> None:
    """List the runs in FOLDER, latest plan first: how each stands, how old it is, and what comes next.

    Without FOLDER, those in the folder at hand. It only reads, and names whatever it cannot read.
    """
    from bulkreset.cli.glyphs import glyphs_for
    from bulkreset.cli.runs_text import json_lines, text_lines
    from bulkreset.clock import SystemClock
    from bulkreset.flow.runs import runs_in

    now = SystemClock().now()
    runs, unreadable = runs_in(folder, now)
    glyphs = glyphs_for(stdout_encoding())
    told = json_lines(runs, unreadable) if as_json else text_lines(folder, runs, unreadable, now, glyphs)
    for line in told:
        say(line)
