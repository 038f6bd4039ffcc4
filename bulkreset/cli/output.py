"""How results are printed: status objects for machines, lines for people."""

from __future__ import annotations

import json

from bulkreset.cli.say import say
from bulkreset.reporting.status import Status


def print_json(status: Status) -> None:
    """The status object on one line."""
    say(json.dumps(status))


def print_outcomes(status: Status) -> None:
    """How a run ended, for people."""
    say(f"{status['state']}: {status['rows']['total']:,} rows: {outcomes_text(status)}")
    for category, rate in status["rate"].items():
        say(f"  {category}: {rate['used']:g}/s of {rate['granted']:g}/s granted")
    if status["throttled"]:
        say(f"  {status['throttled']:,} calls were throttled and made again")


def outcomes_text(status: Status, but: str = "") -> str:
    """How many rows have each outcome, `but` one; a call that is out has none so far."""
    names = {"unknown": "in flight"} if status["state"] == "running" else {}
    return ", ".join(
        f"{names.get(name, name)} {count:,}"
        for name, count in status["outcomes"].items()
        if count and name != but
    )
