"""bulkreset audit RUN."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkreset.cli.options import run_argument
from bulkreset.cli.say import say
from bulkreset.clock import iso

if TYPE_CHECKING:
    from bulkreset.ledger.read import Event


@click.command
@run_argument
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line, with whole hashes.")
def command(run: Path, as_json: bool) -> None:
    """Print everything that happened to a run: who did what, where and when, and why it was slow or stopped.

    Each event carries a hash over itself and the one before; `bulkreset check` verifies the chain.
    """
    from bulkreset.flow.report import reading

    with reading(run) as reader:
        if not as_json:
            say(f"{reader.meta('goal')}, digest {reader.meta('digest')}")
            say(f"reason: {reader.meta('reason') or 'none was given'}")
        for event in reader.events():
            say(_as_json(event) if as_json else _as_text(event))


def _as_json(event: Event) -> str:
    return json.dumps(
        {"id": event.id, "at": iso(event.at), "event": event.kind, **event.detail, "hash": event.hash},
        ensure_ascii=False,
    )


def _as_text(event: Event) -> str:
    from bulkreset.reporting.events import SHORT_HASH, event_words

    told = "  ".join(f"{key}={value}" for key, value in event_words(event))
    return f"{event.id:>5}  {iso(event.at)}  {event.hash[:SHORT_HASH]}  {event.kind:<16}{told}"
