"""One way out for notifications, as each of them is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


class NotSent(Exception):
    """A notification did not get out. Says why in words that hold no URL, no answer and no secret."""


@dataclass(frozen=True, slots=True)
class Message:
    """A notification, ready to go. `tone` is one of `info`, `success`, `warning`, `failure`."""

    title: str
    text: str
    tone: str
    payload: dict[str, Any]


class Sender(Protocol):
    """A way out. `name` tells people which it is. Its methods are called on one thread, but for `abandon`."""

    @property
    def name(self) -> str: ...
    def ready(self) -> None:
        """Do beforehand what takes long, as far as that goes."""

    def send(self, message: Message) -> None:
        """Send it, once, within seconds. Raises NotSent."""

    def abandon(self) -> None:
        """Nobody waits any longer: end what is under way where that can be done."""
