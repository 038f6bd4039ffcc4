"""What the executor asks of the engine for single rows: calls, and read-backs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bulkreset.execution.item import Item


class Task(Enum):
    CALL = "call"
    READ_BACK = "read back"


@dataclass(frozen=True, slots=True)
class Sent:
    """The key of a result: what was asked, for which row."""

    task: Task
    item: Item
