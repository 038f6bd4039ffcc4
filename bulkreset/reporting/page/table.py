"""What the table of a page is called, and which of its rows can be asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """`chip` and `choice` name what the buttons and the list above the rows ask for.

    `chips` has a name and a label for each button.
    """

    chip: str
    choice: str
    chips: Sequence[tuple[str, str]]
    rows: int
