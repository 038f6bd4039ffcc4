"""Wording that several checks share."""

from __future__ import annotations

from collections.abc import Sequence

from bulkreset.preflight.facts import AppClient

NAMED = 3

UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def lifetime(seconds: int) -> str:
    """A lifetime as the console shows it: `90 minutes`, `1 hour`, `30 days`."""
    size, name = next((unit for unit in UNITS if seconds >= unit[0] and seconds % unit[0] == 0), UNITS[-1])
    number = seconds // size
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def seconds_of(told: str) -> int:
    """The seconds of a lifetime as `lifetime` shows it."""
    number, name = told.split()
    sizes = {unit: size for size, unit in UNITS}
    return int(number.replace(",", "")) * sizes[name.removesuffix("s")]


def named(clients: Sequence[AppClient]) -> str:
    """App clients by name: a few, and how many more."""
    told = ", ".join(client.name or client.client_id for client in clients[:NAMED])
    left = len(clients) - NAMED
    return f"{told} and {left:,} more" if left > 0 else told


def plural(number: int, name: str) -> str:
    return f"one {name}" if number == 1 else f"{number:,} {name}s"
